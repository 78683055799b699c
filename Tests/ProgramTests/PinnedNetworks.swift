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

    [crystal : birch_murnaghan]
    volume = 11.25
    bulk_modulus = 160
    derivative = 4.1
    volumes = 11, 10, 9

    """

  /// What `read_table` reads.
  static let ground = "easting,northing,upward\n500,0,0\n0,2000,0\n-3000,1000,0\n5000,-4000,0\n"
}
