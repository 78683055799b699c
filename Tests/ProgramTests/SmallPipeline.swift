import Foundation
import Testing

/// A small inversion whose every text is known.
enum SmallPipeline {
  static let path = "pipelines/small.manifest"

  static func manifest(
    damping: String = "0.1", spacing: String = "5 km", gravity: String = "model.gravity", extra: String = ""
  ) -> String {
    """
    [model : synthetic_model]
    spacing = \(spacing)
    density_contrast = 2669 kg/m3

    [start : starting_topography]
    method = flat
    height = 492 m
    like <- model.topography

    [predicted : forward_gravity]
    topography <- start.topography
    gravity <- model.gravity
    zref = 492 m
    density_contrast = 2669 kg/m3

    [inversion : topography_inversion]
    gravity <- \(gravity)
    topography <- start.topography
    damping = \(damping)
    zref = 492 m
    density_contrast = 2669 kg/m3
    max_iterations = 3
    \(extra)
    """
  }

  static let ensemble = """

    [ensemble : ensemble_loop]
    repeat = inversion
    runs = 4
    sampler = latin_hypercube
    seed = 1
    inversion.zref ~ uniform(480, 505) m
    """

  /// The stronger the damping the worse the fit: the least one is the best, and the search warns.
  static let searchAtLimit = """

    [search : search]
    repeat = inversion
    score = inversion.rmse
    trials = 4
    sampler = grid
    inversion.damping ~ log_uniform(0.1, 10)
    """

  /// A project in which the pipeline has run.
  static func project(_ manifest: String) throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write(path, manifest)
    let outcome = try project.pipe("run", path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return project
  }
}

// MARK: - a coarse basin for families

extension SmallPipeline {
  /// A synthetic basin of 11 × 8 nodes with noisy gravity.
  static func model(_ lines: String...) -> String {
    """
    [model : synthetic_model]
    spacing = 4 km
    region = 0 km, 40 km, 0 km, 28 km
    density_contrast = 2669 kg/m3
    gravity_noise = 0.2 mGal

    """ + lines.map { $0 + "\n" }.joined() + "\n"
  }

  /// The same with points of 5 m and a regional field.
  static func constrained(points: Int) -> String {
    model("constraints = \(points)", "constraints_noise = 5 m", "regional_density_contrast = 430 kg/m3")
  }

  /// A starting surface on the model's nodes, flat unless told otherwise.
  static func start(_ lines: String...) -> String {
    let method = lines.isEmpty ? ["method = flat", "height = 460 m"] : lines
    return "[start : starting_topography]\nlike <- model.topography\n" + method.map { $0 + "\n" }.joined()
      + "\n"
  }

  /// The model, the flat surface and one step of an inversion that is scored at twelve points: members take milliseconds.
  static let quick =
    model("constraints = 12") + start() + """
      [inversion : topography_inversion]
      gravity <- model.gravity
      topography <- start.topography
      constraints <- model.constraints
      damping = 0.1
      max_iterations = 1


      """

  /// The starting surface's misfit, a regional field at the constraints and the inversion of what is left.
  static func separated(_ regional: String..., iterations: Int) -> String {
    """
    [predicted : forward_gravity]
    topography <- start.topography
    gravity <- model.gravity
    density_contrast = 2669 kg/m3
    zref = 492 m

    [regional : regional_separation]
    method = constraints
    gravity <- predicted.gravity
    constraints <- model.constraints
    \(regional.joined(separator: "\n"))

    [inversion : topography_inversion]
    gravity <- regional.gravity
    topography <- start.topography
    damping = 0.1
    max_iterations = \(iterations)


    """
  }
}
