import Manifests

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A path as seen from the root.
func absolute(_ path: String) -> String {
  if path.hasPrefix("/") { return path }
  guard let folder = getcwd(nil, 0) else { return path }
  defer { free(folder) }
  return ManifestFiles.path(path, besides: String(cString: folder) + "/")
}
