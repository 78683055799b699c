#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a store holds and which run mentions what.
struct StoreSurvey {
  struct Record {
    var id: String
    var pipeline: String
    /// Seconds since 1970; 0 where the id tells none.
    var began: Double
    /// Every content hash and key that the record mentions.
    var hashes: Set<String>
  }

  struct Object {
    var bytes: Int
    /// Seconds since 1970 when it was put in place.
    var since: Double
  }

  /// Oldest first.
  var records: [Record] = []
  var objects: [String: Object] = [:]
  /// Key → content hashes.
  var outputs: [String: [String]] = [:]
  /// Content hash → stage that made it; of the newest recipe if there are several.
  var makers: [String: String] = [:]
  var quarantineBytes = 0

  init(layout: ProjectLayout) throws {
    let runs = RunRecords(layout: layout)
    for id in runs.ids {
      let bytes = try runs.data(id)
      records.append(
        Record(
          id: id, pipeline: RunRecords.pipeline(of: bytes), began: RunRecords.time(of: id),
          hashes: Self.hashes(in: bytes)))
    }
    for folder in Posix.names(in: layout.objects) {
      for name in Posix.names(in: "\(layout.objects)/\(folder)") {
        guard let hash = Self.hash(ofFile: name),
          let identity = FileIdentity(path: "\(layout.objects)/\(folder)/\(name)")
        else { continue }
        objects[hash] = Object(bytes: Int(identity.size), since: Double(identity.changed) * 1e-9)
      }
    }
    for (key, values) in try ActionIndex(path: layout.index).entries() { outputs[key] = Array(values.values) }
    for entry in try RecipeLog(path: layout.recipes).entries() {
      let stage = String(entry.name.prefix { $0 != "[" })
      for hash in entry.outputs.values { makers[hash] = stage }
    }
    for name in Posix.names(in: layout.quarantine) {
      quarantineBytes += FileIdentity(path: layout.quarantine + "/" + name).map { Int($0.size) } ?? 0
    }
  }

  static func hash(ofFile name: String) -> String? {
    guard name.hasSuffix(".nc"), Hashing.isHash(name.dropLast(3)) else { return nil }
    return String(name.dropLast(3))
  }

  /// All quoted words of 64 hexadecimal digits. Whatever else a record says, and in whatever format, what it
  /// mentions is kept; decoding a hundred thousand nodes would take seconds.
  static func hashes(in bytes: [UInt8]) -> Set<String> {
    var found: Set<String> = []
    var start = 0
    for (position, byte) in bytes.enumerated() where byte == 34 {
      if position - start == 64 {
        let word = String(decoding: bytes[start..<position], as: UTF8.self)
        if Hashing.isHash(word) { found.insert(word) }
      }
      start = position + 1
    }
    return found
  }
}
