import Datasets
import Planning
import StageSupport
import Waves

/// What is known of sources, receivers and the section before anything runs.
extension AcquisitionArtefact {
  /// Rows of a file with columns name, x, z; nil where it may not be read or is none: the stage itself says why.
  static func rows(_ path: String, _ request: ForesightRequest) -> [OutputFacts.Row]? {
    guard request.readsFiles, let table = try? TableFile.read(path), let names = try? table.texts("name"),
      let x = try? table.numbers("x"), let z = try? table.numbers("z")
    else { return nil }
    return names.indices.map { OutputFacts.Row(names[$0], x[$0], z[$0]) }
  }

  /// Nodes of a section, in x and depth.
  static func mesh(of section: Section) -> Mesh {
    Mesh(
      edges: (section.x0, section.x0 + section.width, section.z0, section.z0 + section.depth),
      columns: section.columns, rows: section.rows, isGeographic: false)
  }

  /// A mistake where a row is known to lie outside of the section.
  static func requireInside(
    _ rows: [OutputFacts.Row], what: String, of mesh: Mesh, at input: Input<String>,
    in foresight: inout Foresight
  ) {
    let slack = 1e-9 * (mesh.east - mesh.west) / Double(max(1, mesh.columns - 1))
    let outside = rows.first { row in
      row.x < mesh.west - slack || row.x > mesh.east + slack || row.y < mesh.south - slack
        || row.y > mesh.north + slack
    }
    guard let outside else { return }
    foresight.refuse(
      WaveError.outside(what: "\(what) \(outside.name)", x: outside.x, z: outside.y).description
        + "; the section has x = \(mesh.west) … \(mesh.east) m, z = \(mesh.south) … \(mesh.north) m",
      at: input)
  }
}

extension WaveSimulation {
  /// Whether the nodes of a model hold the band of the sources, and what the traces will be.
  func foreseeSampling(_ request: ForesightRequest, in foresight: inout Foresight) {
    if let step = request[Self.outputStep], let duration = request[Self.duration], step > 0 {
      foresight[Self.seismograms].numbers = WaveFacts.samples(duration: duration, step: step)
    }
    let model = request.facts(Self.model)
    guard request[Self.grid] == .model, let mesh = model.mesh, mesh.columns > 1,
      let slowest = model.numbers[WaveFacts.slowest],
      let highest = request.facts(Self.event).numbers[WaveFacts.highestFrequency],
      let order = request[Self.order], let stencil = try? Stencil(order: order)
    else { return }
    let spacing = (mesh.east - mesh.west) / Double(mesh.columns - 1)
    let points = slowest / highest / spacing
    // Speeds at the tops of layers are those of the nodes but for half a spacing of a gradient.
    guard points < 0.95 * stencil.fewestPoints else { return }
    foresight.refuse(
      WaveError.undersampled(
        points: points, needed: stencil.fewestPoints, spacing: spacing, shortest: slowest / highest
      ).description + "; take a longer period, a finer model, or grid = auto", at: Self.grid.name)
  }

  /// Which event it is, and whether that and the receivers lie in the section.
  func foreseePlaces(_ request: ForesightRequest, in foresight: inout Foresight) {
    let mesh = request.facts(Self.model).mesh
    if let mesh, let receivers = request.facts(Self.receivers).rows {
      AcquisitionArtefact.requireInside(
        receivers, what: "receiver", of: mesh, at: Self.receivers, in: &foresight)
    }
    guard let events = request.facts(Self.event).rows, let asked = request[Self.eventName] else { return }
    let known = events.map(\.name).joined(separator: ", ")
    guard let name = asked else {
      guard events.count == 1 else {
        foresight.refuse(
          "the table has \(events.count) events (\(known)); name one with 'event_name'", at: Self.event)
        return
      }
      if let mesh {
        AcquisitionArtefact.requireInside(events, what: "source", of: mesh, at: Self.event, in: &foresight)
      }
      return
    }
    let named = events.filter { $0.name == name }
    guard !named.isEmpty else {
      foresight.refuse("there is no event \"\(name)\"; the table has \(known)", at: Self.eventName.name)
      return
    }
    if let mesh {
      AcquisitionArtefact.requireInside(named, what: "source", of: mesh, at: Self.event, in: &foresight)
    }
  }
}
