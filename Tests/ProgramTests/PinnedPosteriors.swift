/// Posteriors of settings, for pins of their numbers.
enum PinnedPosteriors {
  static let manifest = """
    [basin : synthetic_model]
    spacing          = 10 km
    density_contrast = 2669 kg/m3
    gravity_noise    = 0.2 mGal

    [basin_gravity : forward_gravity]
    topography      <- basin.topography
    gravity         <- basin.gravity
    density_contrast = 2600 kg/m3
    zref             = 480 m

    [varied : variational_inference]
    repeat         = basin_gravity
    forward        = basin_gravity.gravity
    observations  <- basin.gravity
    max_iterations = 3
    samples        = 20
    seed           = 3
    basin_gravity.density_contrast ~ normal(2600, 100) kg/m3

    [linearised : laplace]
    repeat        = basin_gravity
    forward       = basin_gravity.gravity
    observations <- basin.gravity
    seed          = 3
    basin_gravity.density_contrast ~ normal(2600, 100) kg/m3

    [chained : markov_chains]
    repeat        = basin_gravity
    forward       = basin_gravity.gravity
    observations <- basin.gravity
    warm_up       = 10
    iterations    = 10
    seed          = 3
    basin_gravity.density_contrast ~ normal(2600, 100) kg/m3

    [smoothed : ensemble_kalman]
    repeat        = basin_gravity
    forward       = basin_gravity.gravity
    observations <- basin.gravity
    method        = es_mda
    draws         = 20
    seed          = 3
    basin_gravity.density_contrast ~ normal(2600, 100) kg/m3
    """
}
