public import Datasets
public import Planning

/// Reads what members of a family have written, whether each has files of its own or many lie in one.
///
/// Keeps the file that it has read last of each port open. Not safe for use from several threads at once.
public final class MemberFiles {
  private var readers: [String: MemberRowsReader] = [:]

  /// Nothing is open yet.
  public init() {}

  /// What a member has written to a port.
  /// - Throws: `DatasetError`.
  public func dataset(_ member: StageContext.Member, _ path: String, port: String) throws -> Dataset {
    guard let row = member.row else { return try NetCDFFile.read(path) }
    if let reader = readers[port], reader.path == path { return try reader.dataset(row) }
    let reader = try MemberRowsReader(path)
    readers[port] = reader
    return try reader.dataset(row)
  }
}
