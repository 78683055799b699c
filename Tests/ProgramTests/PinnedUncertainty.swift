/// Kinds of stage of uncertainty, for the pins.
enum PinnedUncertainty {
  static let manifest = """
    [basin : synthetic_model]
    spacing = 5 km
    density_contrast = 2669 kg/m3
    gravity_noise = 0.2 mGal
    constraints = 12
    constraints_noise = 5 m
    regional_density_contrast = 430 kg/m3

    [kriged : kriging]
    constraints <- basin.constraints
    like <- basin.topography
    jitter = 1 mm
    upper_limit = 700 m

    [random : random_surface]
    mean <- kriged.topography
    deviation = 30 m
    length = 10 km

    [made : simulated_data]
    topography <- random.topography
    gravity <- basin.gravity
    constraints <- basin.constraints
    density_contrast = 2669 kg/m3
    zref = 492 m
    regional_deviation = 1 mGal
    regional_length = 15 km
    correlation_length = 5 km

    [kept : split_table]
    table <- made.constraints
    method = kfold
    folds = 2

    [kriged_start : starting_topography]
    method = kriging
    constraints <- kept.training
    like <- basin.topography
    jitter = 1 mm

    [kriged_forward : forward_gravity]
    topography <- kriged_start.topography
    gravity <- made.gravity
    density_contrast = 2669 kg/m3
    zref = 492 m

    [kriged_regional : regional_separation]
    method = constraints
    grid_method = kriging
    gravity <- kriged_forward.gravity
    constraints <- kept.training
    start <- kriged_start.topography

    [kriged_inversion : topography_inversion]
    gravity <- kriged_regional.gravity
    topography <- kriged_start.topography
    damping = 0.1
    max_iterations = 2

    [kriged_ensemble : ensemble_loop]
    repeat = kriged_inversion
    runs = 3
    made.gravity ~ normal(uncertainty, correlation_length = 4 km)
    kept.training ~ normal(uncertainty)
    kriged_start.topography ~ conditional
    kriged_regional.gravity ~ conditional

    [kriged_statistics : merged_stats]
    members <- kriged_ensemble.members

    [compared : compare_ensemble]
    members <- kriged_ensemble.members
    truth <- made.topography

    [truths : ensemble_loop]
    repeat = compared
    nested = kriged_ensemble
    runs = 2
    sampler = monte_carlo
    made.seed ~ integers(0, 1000)
    kriged.topography ~ conditional

    [counted : simulation_based_calibration]
    members <- truths.members
    rank_distance = 10 km

    [fold_of_two : fold_predictions]
    points <- made.constraints
    testing <- kept.testing
    statistics <- kriged_statistics.statistics
    base <- kriged_inversion.topography

    [both_folds : ensemble_loop]
    repeat = fold_of_two
    nested = kriged_ensemble
    runs = 2
    kept.fold ~ integers(0, 1)

    [together : pooled_points]
    members <- both_folds.members
    points <- made.constraints

    [made_true : recalibrate]
    statistics <- kriged_statistics.statistics
    points <- together.points

    [stretched : recalibrated_members]
    members <- kriged_ensemble.members
    statistics <- made_true.statistics

    [believed : prior_surface]
    mean <- kriged_start.topography
    prior = smooth
    step_deviation = 10 m
    level_deviation = 40 m

    [probable : posterior]
    gravity <- made.gravity
    topography <- kriged_start.topography
    constraints <- made.constraints
    density_contrast = 2669 kg/m3
    zref = 492 m
    prior = stationary
    deviation = 40 m
    length = 10 km
    regional_deviation = 1 mGal
    regional_length = 15 km
    draws = 2
    """
}
