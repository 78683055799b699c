/// Kinds of stage of networks, small, for the pins.
enum PinnedNetworks {
  static let manifest = """
    [points_of_ground : read_table]
    file = file("../data/ground.csv")

    [chamber : mogi]
    sites <- points_of_ground.table
    easting = 0 m
    northing = 0 m
    depth = 4 km
    volume_change = 6000000

    [drawn : prior_samples]
    repeat = chamber
    runs = 300
    sampler = sobol
    data = chamber.displacement
    chamber.depth ~ uniform(2, 6) km
    chamber.volume_change ~ uniform(2000000, 10000000)

    [trained : mixture_network]
    training <- drawn.samples
    noise = 4 mm
    committee = 2
    hidden = 4, 6
    kernels = 2
    max_iterations = 20
    explained_variance = 99.9 %

    [calibrated_network : network_calibration]
    network <- trained.network
    training <- drawn.samples

    [answered : network_posterior]
    network <- trained.network
    data <- chamber.displacement
    outside = warn
    draws = 20

    [narrowed : prior_samples]
    repeat = chamber
    runs = 200
    data = chamber.displacement
    within <- drawn.samples
    chamber.depth ~ uniform(2, 6) km
    chamber.volume_change ~ uniform(2000000, 10000000)

    [trained_narrowed : mixture_network]
    training <- narrowed.samples
    noise = 4 mm
    committee = 1
    hidden = 4
    kernels = 2
    max_iterations = 10

    [answered_narrowed : network_posterior]
    network <- trained_narrowed.network
    data <- chamber.displacement
    outside = warn
    draws = 100

    [sequence : sequential_prior]
    repeat = answered_narrowed
    nested = narrowed
    moves = narrowed.within
    draws = answered_narrowed.draws
    posterior = answered_narrowed.posterior
    max_rounds = 2

    [compared_answers : compare_posteriors]
    samples <- answered_narrowed.draws
    reference <- sequence.draws

    [slip : okada]
    sites <- points_of_ground.table
    easting = 0 m
    northing = 0 m
    depth = 4 km
    strike = 30 deg
    dip = 60 deg
    rake = -80 deg
    potency = 5000000

    [sphere : radial_earth]
    earth = file("../data/earth.csv")
    source_depth = 20 km
    distances = 5 deg, 20 deg, 40 deg
    depths = 100 km, 1000 km
    changes = 0.01, -0.01

    [crystal : birch_murnaghan]
    volume = 11.25
    bulk_modulus = 160
    derivative = 4.1
    volumes = 11, 10, 9

    """

  /// What `radial_earth` reads.
  static let earth = "depth,velocity\n0,6\n35,6.5\n35,8\n660,10.5\n2800,13.5\n"

  /// What `read_table` reads.
  static let ground = "easting,northing,upward\n500,0,0\n0,2000,0\n-3000,1000,0\n5000,-4000,0\n"
}
