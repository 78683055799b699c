/// The stages of waves, small, for the pins of `PinnedNumbersTests`.
enum PinnedWaves {
  /// What `read_waveforms` reads.
  static let records = "time_s,A.p,B.p\n0,0,1\n0.1,1,0.5\n0.2,0.25,0\n0.3,0,-1\n0.4,-1,0\n"

  static let manifest = """
    [medium : wave_model]
    physics = acoustic2d
    region = 0 m, 600 m, 0 m, 500 m
    spacing = 20 m
    vp = 2 km/s
    ties = "rho: 310 vp^0.25"

    [true_medium : wave_model]
    physics = acoustic2d
    grids <- medium.model
    anomaly_x = 300 m
    anomaly_z = 250 m
    anomaly_width = 60 m
    anomaly_amplitude = 5 %

    [softened : smooth_model]
    model <- true_medium.model
    lengths = 30 m, 60 m

    [shots : wave_events]
    x = 100 m
    z = 250 m
    volume_rate = 1000
    period = 0.16 s

    [shot_row : table_row]
    table <- shots.table
    key = name
    value = "event"

    [geophones : wave_receivers]
    layout = line
    start = 500 m, 50 m
    end = 500 m, 450 m
    count = 3
    components = p

    [recorded : wave_simulation]
    model <- true_medium.model
    event <- shot_row.row
    receivers <- geophones.table
    duration = 0.6 s
    output_step = 4 ms

    [simulated : wave_simulation]
    model <- medium.model
    event <- shot_row.row
    receivers <- geophones.table
    duration = 0.6 s
    output_step = 4 ms
    snapshots = 0.3 s
    wavefield_interval = auto

    [records : read_waveforms]
    file = file("../data/records.csv")

    [filtered : process_waveforms]
    waveforms <- recorded.seismograms
    min_period = 0.1 s
    max_period = 0.4 s
    taper = 5 %

    [stretches : pick_windows]
    observed <- recorded.seismograms
    synthetic <- simulated.seismograms
    min_period = 0.08 s
    max_period = 0.25 s

    [fit : waveform_misfit]
    synthetic <- simulated.seismograms
    observed <- recorded.seismograms
    windows <- stretches.table
    kind = normalised_l2

    [perfect_fit : waveform_misfit]
    synthetic <- recorded.seismograms
    observed <- recorded.seismograms
    windows <- stretches.table
    kind = normalised_l2

    [fits : compare_misfits]
    reference <- fit.table
    other <- perfect_fit.table
    receivers <- geophones.table

    [slopes : wave_adjoint]
    wavefield <- simulated.wavefield
    source <- fit.adjoint_source

    [slope_test : gradient_test]
    wavefield <- simulated.wavefield
    observed <- recorded.seismograms
    steps = 0.01, 0.001

    [descent : iterative_inversion]
    repeat = slopes
    value = fit.misfit
    gradient = slopes.kernel
    moves = simulated.model
    parameters = vp
    first_step = 1 %
    source_cutout = 60 m
    smoothing_lengths = 40 m, 40 m
    max_iterations = 2

    [crossing : ray_paths]
    sources <- geophones.table
    receivers <- stretch_of_stations.table
    steepest = 70 deg

    [stretch_of_stations : wave_receivers]
    layout = line
    start = 100 m, 60 m
    end = 100 m, 440 m
    count = 4
    components = p

    [crossed : straight_ray_travel_times]
    model <- true_medium.model
    picks <- crossing.rays
    variable = vp
    noise = 0.1 ms

    [lateness : travel_time_misfit]
    model <- softened.model
    picks <- crossed.times
    variable = vp

    [pull : section_gravity]
    model <- true_medium.model
    reference <- medium.model
    stations <- stretch_of_stations.table
    noise = 10 uGal

    [pull_misfit : section_gravity_misfit]
    model <- softened.model
    reference <- medium.model
    gravity <- pull.gravity

    [likely : prior_misfit]
    model <- softened.model
    reference <- medium.model
    parameters = vp, rho
    deviations = 5 %, 20 %
    lengths = 60 m, 90 m
    """
}
