extension NetCDFFile {
  /// Names of a file's variables, without their values; another process looks first (`FileProbe`).
  /// - Throws: as `read`.
  public static func variableNames(_ path: String) throws(DatasetError) -> [String] {
    // No variable is called so: the other process reads the header alone.
    try FileProbe.check(path, variable: "")
    let handle = try NetCDFHandle.open(path)
    let names = try handle.variables().map(\.name)
    try handle.close()
    return names
  }
}
