import Datasets
import NumericCore
import Planning
import StageSupport

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How files are looked into before anything runs: by the very functions that the stage will call, so that nothing is
/// refused that would be read.
enum FileForesight {
  /// Larger files would keep a user of `pipe check` waiting.
  static let greatestBytes = 16 << 20

  static func isSmall(_ path: String) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return (attributes?[.size] as? Int).map { $0 <= greatestBytes } ?? false
  }

  /// Whether what a stage reads, and how, is known before it runs.
  static func isKnown(_ request: ForesightRequest) -> Bool { request.readsFiles && request.open.isEmpty }
}

extension ReadGrid {
  /// The nodes that the file has, where it may be looked into.
  func mesh(_ request: ForesightRequest, in foresight: inout Foresight) -> Mesh? {
    let settings = request.settings
    guard FileForesight.isKnown(request), let file = settings.file("file") else { return nil }
    guard FileForesight.isSmall(file) else {
      checkHeader(file, settings, in: &foresight)
      return nil
    }
    do {
      let found = try Self.read(file, settings.optionalText("variable"), settings)
      try Self.checkUnits(found, settings)
      for (name, unit) in [("height", Unit.metre), ("uncertainty", .milligal)] {
        _ = try Self.field(name, file, settings, unit: unit, like: found.grid)
      }
      return Mesh(found.grid.geometry)
    } catch {
      foresight.refuse(file: "\(error)", at: "file")
      return nil
    }
  }

  /// Of a large NetCDF file the names of its variables.
  private func checkHeader(_ file: String, _ settings: Settings, in foresight: inout Foresight) {
    guard let names = try? NetCDFFile.variableNames(file) else { return }
    for setting in ["variable", "height_variable", "uncertainty_variable"] {
      guard let name = settings.optionalText(setting), !names.contains(name) else { continue }
      let error = DatasetError.variableMissing(path: file, variable: name, found: names)
      foresight.refuse(file: "\(error)", at: setting)
    }
  }
}

extension ReadTable: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    let settings = request.settings
    var facts = OutputFacts()
    if FileForesight.isKnown(request), let file = settings.file("file"), FileForesight.isSmall(file) {
      do {
        let table = try Self.read(file, settings)
        let named = try Self.named(table, settings)
        facts.has = Set(named.map(\.name) + table.columns.map(\.name))
        if !facts.has.contains("uncert") {
          facts.lose("uncert", because: Lack.noise(request.stage, "uncertainty"))
        }
      } catch {
        foresight.refuse(file: "\(error)", at: "file")
      }
    }
    foresight.outputs["table"] = facts
    return foresight
  }
}
