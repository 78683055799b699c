import Datasets

/// A reader and what must hold whatever it is given. A crash or a hang is a finding too; the caller sees
/// those, as they end or stall the process.
public protocol FuzzTarget {
  /// Feeds one mutated input.
  /// - Throws: `Finding` when the reader answers what it must not.
  mutating func feed(_ mutator: inout Mutator) throws
}

/// What a reader got wrong.
public struct Finding: Error, CustomStringConvertible {
  public var description: String
  public init(_ description: String) { self.description = description }
}

/// What can be fuzzed.
public enum FuzzSubject: String, CaseIterable, Sendable {
  case manifest, table, lines, surfer, icgem, oasis, xyz, geotiff, esri, gxf, gmt, index, recipes, exports,
    files, netcdf

  /// - Parameters:
  ///   - folder: an empty folder for the files that readers want; best in memory.
  ///   - manifests: texts of valid manifests.
  public func target(folder: String, manifests: [[UInt8]]) throws -> any FuzzTarget {
    switch self {
    case .manifest: ManifestTarget(manifests)
    case .table: TableTarget(folder: folder)
    case .lines: LineTarget(folder: folder)
    case .surfer: GridTarget(.surfer, folder: folder)
    case .icgem: GridTarget(.icgem, folder: folder)
    case .oasis: GridTarget(.oasisMontaj, folder: folder)
    case .xyz: GridTarget(.xyz, folder: folder)
    case .geotiff: GridTarget(.geotiff, folder: folder)
    case .esri: GridTarget(.esri, folder: folder)
    case .gxf: GridTarget(.gxf, folder: folder)
    case .gmt: GridTarget(.gmt, folder: folder)
    case .index: try IndexTarget(folder: folder)
    case .recipes: try RecipesTarget(folder: folder)
    case .exports: try ExportsTarget(folder: folder)
    case .files: try FilesTarget(folder: folder)
    case .netcdf: try NetCDFTarget(folder: folder)
    }
  }
}
