import Artefacts
import Datasets

/// One figure of one artefact.
public struct Plot {
  /// What is drawn.
  public let kind: PlotKind
  let source: PlotSource
  let request: PlotRequest

  /// Decides what to draw and checks that every option given has an effect.
  /// - Throws: `PlotError`.
  public init(_ source: PlotSource, _ request: PlotRequest) throws {
    (self.source, self.request) = (source, request)
    kind = try request.kind ?? Self.kind(of: source, request)
    let unused = request.given.subtracting(kind.options).map(\.rawValue).sorted().first
    if let unused, let option = PlotOption(rawValue: unused) {
      throw PlotError.unusedOption(
        option: unused, kind: kind.rawValue,
        kinds: PlotKind.allCases.filter { $0.options.contains(option) }.map(\.rawValue))
    }
    guard request.more.isEmpty || PlotKind.ofSeveral.contains(kind) else {
      throw PlotError.badValue(
        option: PlotOption.with.rawValue, found: request.more[0].name,
        expected:
          "one artefact; several are for \(PlotKind.ofSeveral.map(\.rawValue).joined(separator: ", "))")
    }
  }

  /// - Throws: `PlotError`, or `DatasetError` for a grid that can't be read.
  public func figure() throws -> Figure {
    try kind.draw(self)
  }

  private static func kind(of source: PlotSource, _ request: PlotRequest) throws -> PlotKind {
    if let kind = PlotKind.suiting(source, request) { return kind }
    throw PlotError.notDrawable(
      kind: "any plot", artefact: source.name, needs: "a grid or a column of numbers",
      found: source.dataset.variables.map(\.name))
  }

  var views: ViewTable { source.views }

  func notDrawable(_ needs: String) -> PlotError {
    .notDrawable(
      kind: kind.rawValue, artefact: source.name, needs: needs, found: source.dataset.variables.map(\.name))
  }
}
