/// Posteriors of settings, for pins of their numbers.
enum PinnedPosteriors {
  static let manifest = """
    [layer : synthetic_model]
    spacing          = 10 km
    density_contrast = 2669 kg/m3
    gravity_noise    = 0.2 mGal

    [layer_gravity : forward_gravity]
    topography      <- layer.topography
    gravity         <- layer.gravity
    density_contrast = 2600 kg/m3
    zref             = 480 m

    [varied : variational_inference]
    repeat         = layer_gravity
    forward        = layer_gravity.gravity
    observations  <- layer.gravity
    max_iterations = 3
    samples        = 20
    seed           = 3
    layer_gravity.density_contrast ~ normal(2600, 100) kg/m3

    [linearised : laplace]
    repeat        = layer_gravity
    forward       = layer_gravity.gravity
    observations <- layer.gravity
    seed          = 3
    layer_gravity.density_contrast ~ normal(2600, 100) kg/m3

    [chained : markov_chains]
    repeat        = layer_gravity
    forward       = layer_gravity.gravity
    observations <- layer.gravity
    warm_up       = 10
    iterations    = 10
    seed          = 3
    layer_gravity.density_contrast ~ normal(2600, 100) kg/m3

    [smoothed : ensemble_kalman]
    repeat        = layer_gravity
    forward       = layer_gravity.gravity
    observations <- layer.gravity
    method        = es_mda
    draws         = 20
    seed          = 3
    layer_gravity.density_contrast ~ normal(2600, 100) kg/m3
    """
}
