import Datasets
import Foundation
public import Planning

/// Hands the coordinate reference system on from what a stage reads to what it writes, so that no kind of stage has to.
///
/// A stage that makes new coordinates (`project`), or reads a file that tells a system, writes it itself. Every other output
/// with grids or points gets that of the inputs whose coordinates are of its sort. Inputs in two different systems are refused
/// before the stage runs: their numbers look alike and mean other places.
public enum CoordinateHandover {
  /// An input with what it says of itself.
  private struct Fed {
    var port: String
    var coordinates: PlacedFile.Coordinates
    var system: CoordinateSystem
  }

  /// Runs a stage and places what it wrote.
  /// - Throws: what the stage throws; `CoordinateMixture`; what the files' library throws.
  public static func perform(_ kind: any StageKind, _ context: StageContext) throws {
    let fed = try fed(context)
    // What a block of members shares goes to several stages, each of which may be told apart from the others.
    if context.members.isEmpty { try check(fed, context) }
    try kind.run(context)
    guard !fed.isEmpty else { return }
    for port in context.outputs.keys.sorted() {
      // What was handed on is as it was when it was written; there is no file.
      guard let path = context.outputs[port], FileManager.default.fileExists(atPath: path),
        let file = try PlacedFile(path), file.system == nil,
        let system = system(for: file.coordinates, of: fed)
      else { continue }
      try PlacedFile.place(path, in: system)
    }
  }

  /// What is wrong with two systems, as well-known text or what else a file may say, on inputs of one stage; nil where
  /// nothing is, or it is not known.
  public static func mixture(_ first: String, _ second: String) -> String? {
    guard let one = try? CoordinateSystem(text: first), let other = try? CoordinateSystem(text: second),
      one.isGeographic == other.isGeographic, one.relation(to: other) == .different
    else { return nil }
    return
      "one is in \(one.told), the other in \(other.told); bring them into one by stages of kind 'project', or "
      + "correct the crs where they are read"
  }

  private static func fed(_ context: StageContext) throws -> [Fed] {
    var files = context.inputs.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    // Members of a family are alike in this.
    if let member = context.members.first(where: { !$0.hasFailed }) {
      files += member.inputs.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
    return try files.compactMap { port, path in
      guard let file = try PlacedFile(path), let system = file.system else { return nil }
      return Fed(port: port, coordinates: file.coordinates, system: system)
    }
  }

  private static func check(_ fed: [Fed], _ context: StageContext) throws {
    for (index, one) in fed.enumerated() {
      for other in fed[..<index] where one.system.isGeographic == other.system.isGeographic {
        switch other.system.relation(to: one.system) {
        case .same: continue
        case .different:
          throw CoordinateMixture(
            first: (other.port, other.system.told), second: (one.port, one.system.told))
        case .otherDatum, .unknown:
          context.warn(
            "input '\(other.port)' is in \(other.system.told), '\(one.port)' in \(one.system.told): they are taken "
              + "for the same coordinates")
        }
      }
    }
  }

  /// That of the first input whose coordinates are of this sort.
  private static func system(for coordinates: PlacedFile.Coordinates, of fed: [Fed]) -> CoordinateSystem? {
    let isGeographic: Bool
    switch coordinates {
    case .none: return nil
    case .both: return fed[0].system
    case .geographic: isGeographic = true
    case .projected: isGeographic = false
    }
    return fed.first { input in
      if let own = input.system.isGeographic { return own == isGeographic }
      return input.coordinates == coordinates || input.coordinates == .both
    }?.system
  }
}

/// Inputs whose coordinates mean different places.
public struct CoordinateMixture: Error, CustomStringConvertible {
  let first, second: (port: String, system: String)

  /// What was found, and what to do.
  public var description: String {
    "input '\(first.port)' is in \(first.system), '\(second.port)' in \(second.system); bring them into one by stages of kind "
      + "'project', or correct the crs where they are read"
  }
}
