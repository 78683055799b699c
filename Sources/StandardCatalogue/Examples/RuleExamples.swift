import Manifests

/// What the pages of `pipe explain` show for the codes of `RuleFact`. A test checks that every wrong example has the
/// mistake and that no right one does.
let ruleExamples: [Int: MistakeExample] = [
  140: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [s : starting_topography]
      method = flat
      height = 400 m
      like  <- m.topography
      [f : forward_gravity]
      gravity    <- m.gravity
      topography <- s.topography
      [r : regional_separation]
      gravity <- f.gravity
      method = trend
      filter_width = 30 km
      """,
    right: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [s : starting_topography]
      method = flat
      height = 400 m
      like  <- m.topography
      [f : forward_gravity]
      gravity    <- m.gravity
      topography <- s.topography
      [r : regional_separation]
      gravity <- f.gravity
      method = filter
      filter_width = 30 km
      """),
  141: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [s : starting_topography]
      method = flat
      height = 400 m
      like  <- m.topography
      [f : forward_gravity]
      gravity    <- m.gravity
      topography <- s.topography
      [r : regional_separation]
      gravity <- f.gravity
      method = filter
      """,
    right: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [s : starting_topography]
      method = flat
      height = 400 m
      like  <- m.topography
      [f : forward_gravity]
      gravity    <- m.gravity
      topography <- s.topography
      [r : regional_separation]
      gravity <- f.gravity
      method = filter
      filter_width = 30 km
      """),
  142: MistakeExample(
    wrong: """
      [m : synthetic_model]
      constraints = 10
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [s : starting_topography]
      method = flat
      height = 400 m
      like  <- m.topography
      [f : forward_gravity]
      gravity    <- m.gravity
      topography <- s.topography
      [r : regional_separation]
      gravity     <- f.gravity
      constraints <- m.constraints
      method   = constraints
      damping  = 0.1
      dampings = 0.01, 0.1, 1
      """,
    right: """
      [m : synthetic_model]
      constraints = 10
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [s : starting_topography]
      method = flat
      height = 400 m
      like  <- m.topography
      [f : forward_gravity]
      gravity    <- m.gravity
      topography <- s.topography
      [r : regional_separation]
      gravity     <- f.gravity
      constraints <- m.constraints
      method   = constraints
      dampings = 0.01, 0.1, 1
      """),
  143: MistakeExample(
    wrong: """
      [m : synthetic_model]
      constraints = 10
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [s : starting_topography]
      method = flat
      height = 400 m
      like  <- m.topography
      [f : forward_gravity]
      gravity    <- m.gravity
      topography <- s.topography
      [r : regional_separation]
      gravity     <- f.gravity
      constraints <- m.constraints
      method = constraints_cv
      """,
    right: """
      [m : synthetic_model]
      constraints = 10
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [s : starting_topography]
      method = flat
      height = 400 m
      like  <- m.topography
      [f : forward_gravity]
      gravity    <- m.gravity
      topography <- s.topography
      [r : regional_separation]
      gravity     <- f.gravity
      constraints <- m.constraints
      method = constraints_cv
      damping_limits = 0.001, 1
      """),
  144: MistakeExample(
    wrong: """
      [m : synthetic_model]
      constraints = 10
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [s : starting_topography]
      method = flat
      height = 400 m
      like  <- m.topography
      [f : forward_gravity]
      gravity    <- m.gravity
      topography <- s.topography
      [r : regional_separation]
      gravity     <- f.gravity
      constraints <- m.constraints
      method = constraints_cv
      damping_limits = 1, 0.001
      """,
    right: """
      [m : synthetic_model]
      constraints = 10
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [s : starting_topography]
      method = flat
      height = 400 m
      like  <- m.topography
      [f : forward_gravity]
      gravity    <- m.gravity
      topography <- s.topography
      [r : regional_separation]
      gravity     <- f.gravity
      constraints <- m.constraints
      method = constraints_cv
      damping_limits = 0.001, 1
      """),
]
