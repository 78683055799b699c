import Manifests
import Testing

@testable import Planning

/// Manifests that lack nothing but what a row adds to them.
private let model = "[m : synthetic_model]\nspacing = 1 km\n"
private let inversion =
  model + "[i : topography_inversion]\ngravity <- m.gravity\ntopography <- m.topography\n"

/// One row a mistake: the manifest and the exact message.
@Suite struct DiagnosticTableTests {
  struct Row: CustomTestStringConvertible {
    var text: String
    var messages: [String]
    init(_ text: String, _ messages: String...) { (self.text, self.messages) = (text, messages) }
    var testDescription: String { messages.first ?? text }
  }

  static let names: [Row] = [
    Row(
      "[m : sythetic_model]",
      "x.manifest:1:6: error M050: unknown kind of stage 'sythetic_model'; did you mean 'synthetic_model'?"),
    Row("[m : perturbation]", "x.manifest:1:6: error M050: unknown kind of stage 'perturbation'"),
    Row(model + model, "x.manifest:3:2: error M051: stage 'm' is declared twice"),
    Row(
      inversion + "dampng = 0.1",
      "x.manifest:6:1: error M052: unknown setting 'dampng' of stage kind topography_inversion; did you mean 'damping'?"
    ),
    Row(model + "spacing = 2 km", "x.manifest:3:1: error M053: 'spacing' is given twice"),
    Row(
      "[pipeline]\nx = 1 km\nx = 2 km\n[m : synthetic_model]\nspacing = $x",
      "x.manifest:3:1: error M054: pipeline setting 'x' is given twice"),
    Row(model + "[expect]\n[expect]", "x.manifest:4:1: error M055: section [expect] is given twice"),
    Row(model + "[s : merged_stats]\nmembers <- n.members", "x.manifest:4:12: error M056: unknown stage 'n'"),
    Row(
      model + "[i : topography_inversion]\ngravity <- m.gravty\ntopography <- m.topography",
      "x.manifest:4:14: error M057: stage 'm' of kind synthetic_model has no output 'gravty'; did you mean 'gravity'?"
    ),
    Row(
      inversion + "weight <- m.gravity",
      "x.manifest:6:1: error M058: unknown input 'weight' of stage kind topography_inversion"),
    Row(
      model + "[i : topography_inversion]\ngravity = 3\ntopography <- m.topography",
      "x.manifest:4:1: error M059: 'gravity' is an input and takes the output of a stage; write gravity <- stage.output"
    ),
    Row(
      "[m : synthetic_model]",
      "x.manifest:1:2: error M060: stage 'm' of kind synthetic_model needs the setting 'spacing'"),
    Row(
      "[s : merged_stats]",
      "x.manifest:1:2: error M061: stage 's' of kind merged_stats needs the input 'members' (ensemble)"),
    Row("[m : synthetic_model]\nspacing = $x", "x.manifest:2:11: error M062: unknown pipeline setting '$x'"),
    Row("[pipeline]\ny = 1\n" + model, "x.manifest:2:1: warning M063: pipeline setting 'y' is not used"),
    Row(
      model + "[results]\ntable = csv",
      "x.manifest:4:1: error M075: [results] has no setting 'table'; did you mean 'tables'?"),
    Row(model + "[results]\ntables = csv"),
    Row(
      model + "[results]\ntables = tsv",
      "x.manifest:4:10: error M084: unknown word 'tsv' for 'tables'; expected netcdf or csv; did you mean 'csv'?"
    ),
    Row("# nothing", "x.manifest: error M067: the manifest declares no stage"),
    Row(
      model + "[pipeline : synthetic_model]",
      "x.manifest:3:2: error M068: a stage can't be called 'pipeline', a word of the language"),
    Row(
      "[pipeline]\na = 1 km\nb = $a\n[m : synthetic_model]\nspacing = $a",
      "x.manifest:3:1: warning M063: pipeline setting 'b' is not used",
      "x.manifest:3:5: error M069: a pipeline setting can't use another ('$a')"),
    Row(
      model + "m.constraints = 3",
      "x.manifest:3:1: error M070: 'm.constraints' sets another stage; a stage's own settings have no dot"),
    Row(
      inversion + "derivative <- m.gravity",
      "x.manifest:6:1: error M071: setting 'derivative' takes annulus or exact and can't come from a stage; write derivative = value"
    ),
    Row(
      model + "[expect]\nrms < 3",
      "x.manifest:4:1: error M072: 'rms' does not say whose; write pipeline.rms or stage.rms"),
  ]

  static let values: [Row] = [
    Row(
      "[m : synthetic_model]\nspacing = 1",
      "x.manifest:2:11: error M080: 'spacing' is a length and needs a unit: m, km, cm, mm or ft"),
    Row(
      "[m : synthetic_model]\nspacing = 1 mGal",
      "x.manifest:2:13: error M081: 'spacing' is a length but 'mGal' is a unit of acceleration; expected m, km, cm, mm or ft"
    ),
    Row(
      inversion + "damping = 1 m",
      "x.manifest:6:13: error M082: 'damping' is a plain number and takes no unit ('m')"),
    Row(
      "[m : synthetic_model]\nspacing = 1 KM",
      "x.manifest:2:13: error M083: unknown unit 'KM'; did you mean 'km'?"),
    Row(
      inversion + "derivative = anulus",
      "x.manifest:6:14: error M084: unknown word 'anulus' for 'derivative'; expected annulus or exact; did you mean 'annulus'?"
    ),
    Row(
      model + "testing_data = 1",
      "x.manifest:3:16: error M085: 'testing_data' takes yes or no, not the number 1"),
    Row(
      model + "title = basin",
      "x.manifest:3:9: error M085: 'title' takes a quoted string, not the word 'basin'"),
    Row(
      "[m : synthetic_model]\nspacing = 0 m",
      "x.manifest:2:11: error M086: 'spacing' must be above 0 m, not 0 m"),
    Row(
      model + "constraints = 100001",
      "x.manifest:3:15: error M086: 'constraints' must be at most 100000, not 100001"),
    Row(model + "region = 0, 40 km", "x.manifest:3:10: error M087: 'region' takes 4 elements, not 2"),
    Row(
      model + "testing_data = true",
      "x.manifest:3:16: error M084: unknown word 'true' for 'testing_data'; expected yes or no; did you mean 'yes'?"
    ),
    Row(
      model + "testing_data = off",
      "x.manifest:3:16: error M084: unknown word 'off' for 'testing_data'; expected yes or no; did you mean 'no'?"
    ),
    Row(
      model + "testing_data = none",
      "x.manifest:3:16: error M099: 'testing_data' has no word 'none'; leave the line out where there is no value"
    ),
    Row(
      model + "title = nan",
      "x.manifest:3:9: error M099: 'title' has no word 'nan'; leave the line out where there is no value"),
    Row(
      model + "density_contrast = 2,67 g/cm3",
      "x.manifest:3:20: error M098: 'density_contrast' has more elements than it takes; decimals have a point: 2.67 g/cm3"
    ),
    Row(
      model + "region = 0,5, 40,5, 0,05, 30 km",
      "x.manifest:3:10: error M098: 'region' has more elements than it takes; decimals have a point: 0.5, 40.5, 0.05, 30 km"
    ),
    Row(
      model + "region = 0,40,0,30,1 km", "x.manifest:3:10: error M087: 'region' takes 4 elements, not 5"),
    Row(
      "[m : synthetic_model]\nspacing = 1 kilometers",
      "x.manifest:2:13: error M083: unknown unit 'kilometers'; did you mean 'km'?"),
    Row(
      model + "density_contrast = 2.67 g/cc",
      "x.manifest:3:25: error M083: unknown unit 'g/cc'; did you mean 'g/cm3'?"),
    Row(
      model + "gravity_noise = 1 milliGals",
      "x.manifest:3:19: error M083: unknown unit 'milliGals'; did you mean 'mGal'?"),
    Row(
      model + "region = 0, 40 km, 0, 30 km",
      "x.manifest:3:10: error M080: 'region' is a length and needs a unit: m, km, cm, mm or ft",
      "x.manifest:3:20: error M080: 'region' is a length and needs a unit: m, km, cm, mm or ft"),
    Row(
      model + "constraints = 1.5", "x.manifest:3:15: error M088: 'constraints' takes a whole number, not 1.5"),
    Row("[g : read_grid]\npath = file(\"a/g.nc\")", "x.manifest:2:8: error M089: no file 'a/g.nc'"),
    Row(
      ensemble("i.zref ~ norml(1, 2) m"),
      "x.manifest:9:10: error M090: unknown distribution 'norml'; did you mean 'normal'?"),
    Row(
      ensemble("i.zref ~ normal(1) m"),
      "x.manifest:9:10: error M091: normal takes 2 arguments (mean, deviation), not 1 argument"),
    Row(
      ensemble("i.zref ~ normal(0,5, 0,1) m"),
      "x.manifest:9:10: error M098: 'normal' has more elements than it takes; decimals have a point: normal(0.5, 0.1) m"
    ),
    Row(
      ensemble("i.zref ~ uniform(2, 1) m"),
      "x.manifest:9:10: error M092: uniform goes from low to high, but 2 m is not below 1 m"),
    Row(
      ensemble("i.zref ~ normal(1, 0) m"),
      "x.manifest:9:20: error M093: the deviation of normal must be above zero, not 0"),
    Row(
      ensemble("m.gravity ~ normal(uncertainty, lowpass = 1 km)"),
      "x.manifest:9:33: error M094: unknown option 'lowpass' of normal; did you mean 'low_pass'?"),
    Row(
      ensemble("i.zref ~ uniform(0, 1)"),
      "x.manifest:9:18: error M080: 'zref' is a length and needs a unit: m, km, cm, mm or ft",
      "x.manifest:9:21: error M080: 'zref' is a length and needs a unit: m, km, cm, mm or ft"),
    Row(
      model + "region = 4 .. 0 km, 0 .. 3 km",
      "x.manifest:3:10: error M095: range goes from low to high, but 4 km is above 0 km"),
    Row(
      inversion + "damping = 1e400",
      "x.manifest:6:11: error M096: 'damping' can't hold a number as large as 1e400"),
    Row(
      "[pipeline]\nx = 1 mGal\n[m : synthetic_model]\nspacing = $x",
      "x.manifest:4:11: error M081: 'spacing' is a length but 'mGal' is a unit of acceleration; expected m, km, cm, mm or ft"
    ),
    Row(
      model + "[t : starting_topography]\nmethod = flat\nlike <- m.topography\nlevel = 3",
      "x.manifest:6:9: error M080: 'level' is a length and needs a unit: m, km, cm, mm or ft"),
    Row(
      model + "[t : starting_topography]\nmethod = flat\nlike <- m.topography\nlevel = medium",
      "x.manifest:6:9: error M084: unknown word 'medium' for 'level'; expected mean or median; did you mean 'median'?"
    ),
    Row(
      model + "[t : starting_topography]\nmethod = flat\nlike <- m.topography\nlevel = yes",
      "x.manifest:6:9: error M084: unknown word 'yes' for 'level'; expected mean or median"),
  ]

  static let calls: [Row] = [
    Row(
      inversion + "zref <- mean(m.heights)",
      "x.manifest:6:16: error M057: stage 'm' of kind synthetic_model has no output 'heights'"),
    Row(
      inversion + "zref = median(n.topography)", "x.manifest:6:15: error M056: unknown stage 'n'"),
    Row(
      inversion + "zref <- mean(topography)",
      "x.manifest:6:14: error M085: 'mean' takes an output (stage.output), not the word 'topography'"),
    Row(
      inversion + "zref <- mean(m.topography, 3)",
      "x.manifest:6:28: error M085: 'mean' takes the name of a variable or column as its second argument, not the number 3"
    ),
    Row(
      inversion + "zref <- mean(m.topography, z, y)",
      "x.manifest:6:9: error M091: mean takes an output and, if it has several, the name of its variable or column, not 3 arguments"
    ),
    Row(
      inversion + "zref <- maximum(m.topography)",
      "x.manifest:6:9: error M024: '<-' takes the output of a stage, stage.output, not maximum(…)"),
    Row(
      inversion + "derivative = mean(m.topography)",
      "x.manifest:6:14: error M085: 'derivative' takes annulus or exact, not mean(…)"),
    Row(
      model + "[i : topography_inversion]\ngravity <- mean(m.gravity)\ntopography <- m.topography",
      "x.manifest:4:12: error M024: '<-' takes the output of a stage, stage.output, not mean(…)"),
    Row(
      inversion + "[e : ensemble_loop]\nrepeat = i\nruns = 2\ni.zref ~ normal(0, 1) m\n"
        + "[z : topography_inversion]\ngravity <- m.gravity\ntopography <- m.topography\nzref <- mean(e.members)",
      "x.manifest:13:14: error M110: e.members is ensemble, but 'data' takes grid, gravity, topography, table or constraints"
    ),
    Row(
      "[m : synthetic_model]\nspacing = 1 km\nregion = log_space(1, 2)",
      "x.manifest:3:10: error M091: log_space takes 3 numbers (first, last, how many), not 2 arguments"),
    Row(
      "[m : synthetic_model]\nspacing = 1 km\nregion = log_space(1, 2, 4)",
      "x.manifest:3:10: error M080: 'region' is a length and needs a unit: m, km, cm, mm or ft"),
    Row(
      "[m : synthetic_model]\nspacing = log_space(1, 2, 4) km",
      "x.manifest:2:11: error M085: 'spacing' takes a length, not log_space(…)"),
    Row(
      model + "region = log_space(0, 2, 4) km",
      "x.manifest:3:20: error M093: the first number of log_space must be above zero, not 0"),
    Row(
      model + "region = log_space(1, 2, 4.5) km",
      "x.manifest:3:26: error M085: 'log_space' takes a whole number from 2 to 10000 as its third argument, not the number 4.5"
    ),
    Row(
      model + "region = log_space(1 m, 2 km, 4)",
      "x.manifest:3:10: error M085: 'log_space' takes one unit for both ends, not m and km"),
    Row(
      model + "region = linear_space(1, 2, 3) km",
      "x.manifest:3:10: error M087: 'region' takes 4 elements, not 3"),
  ]

  static let graphs: [Row] = [
    Row(
      model + "[i : topography_inversion]\ngravity <- m.topography\ntopography <- m.topography",
      "x.manifest:4:12: error M110: m.topography is topography, but 'gravity' takes gravity"),
    Row(
      "[a : topography_inversion]\ngravity <- m.gravity\ntopography <- b.topography\n[b : topography_inversion]\ngravity <- m.gravity\ntopography <- a.topography\n"
        + model, "x.manifest:1:2: error M111: stages depend on each other in a circle: a → b → a"),
    Row(
      model + "m.gravity ~ normal(uncertainty)",
      "x.manifest:3:1: error M112: '~' belongs to a stage that repeats others; a stage of kind synthetic_model does not"
    ),
    Row(
      ensemble("i.gravty ~ normal(uncertainty)"),
      "x.manifest:9:3: error M113: stage 'i' of kind topography_inversion has no setting or output 'gravty'"),
    Row(
      ensemble("i.zref ~ normal(1, 2) m\nn.spacing ~ normal(1, 2) m")
        + "\n[n : synthetic_model]\nspacing = 1 km",
      "x.manifest:10:1: error M114: n.spacing does not reach the repeated stage 'i', so varying it changes nothing"
    ),
    Row(
      "[pipeline]\ng = 1 km\n" + ensemble("i.zref ~ normal(1, 2) m\npipeline.g ~ normal(1, 2) m"),
      "x.manifest:12:1: error M114: pipeline.g does not reach the repeated stage 'i', so varying it changes nothing"
    ),
    Row(
      ensemble("i.derivative ~ normal(1, 2)"),
      "x.manifest:9:1: error M115: i.derivative is annulus or exact; only numbers can be drawn"),
    Row(
      ensemble("m.region ~ uniform(0, 1) km"),
      "x.manifest:9:1: error M115: m.region is a list (each a length); only numbers can be drawn: write an element as $name, a setting of [pipeline], and draw pipeline.name"
    ),
    Row(
      ensemble("m.topography ~ normal(uncertainty)"),
      "x.manifest:9:1: error M116: m.topography has no uncertainty to draw from; the stage's gravity and constraints have"
    ),
    Row(
      ensemble("i.zref ~ normal(1, 2) m\ni.zref ~ normal(1, 3) m"),
      "x.manifest:10:1: error M117: i.zref is varied twice"),
    Row(
      ensemble("i.zref ~ normal(1, 2) m\nnested = m"),
      "x.manifest:10:1: error M118: 'm' of kind synthetic_model repeats no other stage, so it can't be nested"
    ),
    Row(
      ensemble("i.zref ~ normal(1, 2) m\nnested = d") + "\n[d : damping_cv]\nrepeat = i\nlimits = 0.1, 1",
      "x.manifest:10:1: error M119: 'd' does not lie above the repeated stage 'i', so nesting it changes nothing"
    ),
    Row(
      search("score = i.topography"),
      "x.manifest:9:1: error M120: the score must be a number, but i.topography is topography"),
    Row(
      search(""),
      "x.manifest:6:2: error M121: stage 's' of kind search needs a score to compare its trials: score = stage.output"
    ),
    Row(
      search("score = i.score") + "\n[e : ensemble_loop]\nrepeat = s\nruns = 2\ni.zref ~ normal(1, 2) m",
      "x.manifest:11:1: error M122: 's' of kind search repeats other stages itself; repeat a stage below it and list it in 'nested'",
      "x.manifest:13:1: error M114: i.zref does not reach the repeated stage 's', so varying it changes nothing"
    ),
    Row(
      inversion + "[d : damping_cv]\nrepeat = i\nlimits = 0.1, 1\ni.zref ~ normal(1, 2) m",
      "x.manifest:9:1: error M123: stage kind damping_cv varies 'damping' by itself and takes no '~' lines"),
    Row(
      ensemble(""),
      "x.manifest:6:2: error M124: stage 'e' of kind ensemble_loop varies nothing; add a line such as stage.setting ~ uniform(0, 1)"
    ),
    Row(
      model + "[d : damping_cv]\nrepeat = m\nlimits = 0.1, 1",
      "x.manifest:4:1: error M125: stage kind damping_cv needs the setting 'damping', which 'm' of kind synthetic_model has not",
      "x.manifest:4:1: error M125: stage kind damping_cv needs the output 'score', which 'm' of kind synthetic_model has not"
    ),
    Row(
      inversion + "[expect]\ni.topography <= 3 m",
      "x.manifest:7:1: error M126: only numbers can be expected, but i.topography is topography"),
    Row(
      inversion + "[expect]\ni.rms_error <= 3",
      "x.manifest:7:16: error M080: 'i.rms_error' is a length and needs a unit: m, km, cm, mm or ft"),
    Row(
      ensemble("i.zref ~ normal(uncertainty)"),
      "x.manifest:9:10: error M127: normal(uncertainty) draws data by their own standard deviations; i.zref is a setting: write normal(mean, deviation)"
    ),
    Row(
      ensemble("m.gravity ~ normal(0, 1) mGal"),
      "x.manifest:9:13: error M128: m.gravity is data and is drawn by normal(uncertainty), not by normal(…)"),
  ]

  static let samplers: [Row] = [
    Row(
      search("score = i.score\nsampler = golden_section\ni.damping ~ uniform(0.1, 1)"),
      "x.manifest:10:1: error M129: sampler golden_section takes one varied setting, not 2"),
    Row(
      inversion
        + "[s : search]\nrepeat = i\nscore = i.score\nsampler = golden_section\ni.max_iterations ~ integers(1, 9)",
      "x.manifest:9:1: error M129: sampler golden_section can't search whole numbers such as i.max_iterations"
    ),
    Row(
      search("score = i.score, i.rms_error\nsampler = gaussian_process"),
      "x.manifest:10:1: error M129: sampler gaussian_process takes one score; for two use tpe"),
    Row(search("score = i.score\nsampler = tpe\nstartup_trials = 4")),
    Row(search("score = i.score, i.rms_error\ngoal = minimise, maximise\nchoose = second")),
    Row(search("score = i.score, i.rms_error\ngoal = maximise")),
    Row(
      search("score = i.score, i.topography"),
      "x.manifest:9:1: error M120: the score must be a number, but i.topography is topography"),
    Row(
      search("score = i.score\ngoal = minimise, maximise"),
      "x.manifest:10:1: error M130: 'goal' takes one word or one for each score: 2 goals, 1 score"),
    Row(
      search("score = i.score\nchoose = second"),
      "x.manifest:10:1: error M130: 'choose' picks one of several best trials, which only two scores have"),
    Row(
      ensemble("i.zref ~ normal(1, 2) m\ni.damping ~ uniform(0.1, 1)\ncorrelation = zref, dampng, 0.5"),
      "x.manifest:11:1: error M131: 'correlation' names 'dampng', which is not varied; did you mean 'damping'?"
    ),
    Row(
      ensemble("i.zref ~ normal(1, 2) m\ni.damping ~ uniform(0.1, 1)\ncorrelation = i.zref, damping, 0.5")),
    Row(
      ensemble("i.zref ~ normal(1, 2) m\ni.damping ~ uniform(0.1, 1)\ncorrelation = i.zref, m.damping, 0.5"),
      "x.manifest:11:1: error M131: 'correlation' names 'm.damping', which is not varied; varied are i.zref, i.damping"
    ),
    Row(
      ensemble("i.zref ~ normal(1, 2) m\ni.damping ~ uniform(0.1, 1)\ncorrelation = zref, damping, 1.5"),
      "x.manifest:11:1: error M131: 'correlation' must lie between -1 and 1, not 1.5"),
    Row(
      ensemble(
        "i.zref ~ normal(1, 2) m\ni.damping ~ uniform(0.1, 1)\ncorrelation = zref, damping, 0.5, damping, zref, 0.5"
      ),
      "x.manifest:11:1: error M131: 'correlation' gives zref and damping twice"),
    Row(
      ensemble(
        "i.zref ~ normal(1, 2) m\ni.damping ~ uniform(0.1, 1)\ncorrelation = zref, damping, 0.5, zref"),
      "x.manifest:11:1: error M131: 'correlation' takes triples of two names and a number, not 4 elements"),
  ]

  static let criteria: [Row] = [
    Row(ensemble("i.zref ~ normal(1, 2) m\ncriterion = maximin\ncandidates = 20")),
    Row(ensemble("i.zref ~ normal(1, 2) m\nsampler = monte_carlo")),
    Row(
      ensemble("i.zref ~ normal(1, 2) m\ncriterion = minimum_correlation"),
      "x.manifest:10:1: error M129: sampler latin_hypercube needs 2 settings drawn for criterion = minimum_correlation, not 1"
    ),
    Row(
      ensemble("m.gravity ~ normal(uncertainty)\ncriterion = maximin"),
      "x.manifest:10:1: error M129: sampler latin_hypercube needs a setting drawn for criterion = maximin, not 0"
    ),
  ]

  /// A search that goes through the folds of `p`.
  private static func folds(_ split: String, _ line: String) -> String {
    model + "[p : split_table]\ntable <- m.constraints\n\(split)\n"
      + "[t : starting_topography]\nmethod = spline\nconstraints <- p.training\nlike <- m.topography\n"
      + "[i : topography_inversion]\ngravity <- m.gravity\ntopography <- t.topography\n"
      + "[s : search]\nrepeat = i\nscore = i.score\ni.zref ~ uniform(0, 1) m\n\(line)"
  }

  static let memberSettings: [Row] = [
    Row(folds("folds = 3", "folds = p\nfold_average = median")),
    Row(
      folds("", "folds = p"),
      "x.manifest:17:1: error M132: 'folds' needs to know how many folds 'p' has: set folds there, a number"),
    Row(
      folds("folds = 3", "folds = m"),
      "x.manifest:17:1: error M132: 'folds' names 'm' of kind synthetic_model, which has no setting 'fold'"),
    Row(
      folds("folds = 3", "folds = q"), "x.manifest:17:9: error M056: unknown stage 'q'"),
    Row(
      folds("folds = 3", "folds = p, q\n[q : split_table]\nfolds = 4\ntable <- m.constraints"),
      "x.manifest:17:1: error M132: 'folds' names stages of 3 and 4 folds; they must have the same number",
      "x.manifest:17:1: error M114: q.fold does not reach the repeated stage 'i', so varying it changes nothing"
    ),
  ]

  static let distributions: [Row] = [
    Row(ensemble("i.zref ~ truncated_normal(1, 2, 0, 5) m\ni.damping ~ samples(file(\"t.csv\"), \"a b\")")),
    Row(
      ensemble("i.zref ~ truncated_normal(1, 2, 0) m"),
      "x.manifest:9:10: error M091: truncated_normal takes 4 arguments (mean, deviation, low, high), not 3 arguments"
    ),
    Row(
      ensemble("i.zref ~ truncated_normal(1, 0, 5, 4) m"),
      "x.manifest:9:10: error M092: truncated_normal goes from low to high, but 5 m is not below 4 m",
      "x.manifest:9:30: error M093: the deviation of truncated_normal must be above zero, not 0"),
    Row(ensemble("i.zref ~ normal_between(1, 5, 95 %) m\ni.damping ~ log_normal_between(0.01, 1, 0.9)")),
    Row(
      ensemble("i.zref ~ normal_between(1, 5) m"),
      "x.manifest:9:10: error M091: normal_between takes 3 arguments (low, high, share between them), not 2 arguments"
    ),
    Row(
      ensemble("i.zref ~ normal_between(5, 4, 95 %) m"),
      "x.manifest:9:10: error M092: normal_between goes from low to high, but 5 m is not below 4 m"),
    Row(
      ensemble("i.zref ~ normal_between(1, 5, 95) m"),
      "x.manifest:9:31: error M086: 'share' must be below 1, not 95"),
    Row(
      ensemble("i.zref ~ normal_between(1, 5, 3 m) m"),
      "x.manifest:9:33: error M082: 'share' is a plain number and takes no unit ('m')"),
    Row(
      ensemble("i.zref ~ log_normal_between(-1, 5, 95 %) m"),
      "x.manifest:9:29: error M093: the lower end of log_normal_between must be above zero, not -1 m"),
    Row(
      ensemble("i.zref ~ samples(file(\"t.csv\"), depth)"),
      "x.manifest:9:10: error M080: 'samples' is a length and needs a unit: m, km, cm, mm or ft"),
    Row(
      ensemble("i.zref ~ samples(depth, 3) m"),
      "x.manifest:9:18: error M085: 'samples' takes file(\"path\"), not the word 'depth'",
      "x.manifest:9:25: error M085: 'samples' takes the name of a column as its second argument, not the number 3"
    ),
    Row(
      ensemble("i.zref ~ samples(file(\"t.csv\"), 3) m"),
      "x.manifest:9:33: error M085: 'samples' takes the name of a column as its second argument, not the number 3"
    ),
    Row(
      ensemble("i.zref ~ samples(file(\"none.csv\"), depth) m"),
      "x.manifest:9:18: error M089: no file 'none.csv'"),
  ]

  private static func ensemble(_ lines: String) -> String {
    inversion + "[e : ensemble_loop]\nrepeat = i\nruns = 3\n\(lines)"
  }

  private static func search(_ line: String) -> String {
    inversion + "[s : search]\nrepeat = i\ni.zref ~ uniform(0, 1) m\n\(line)"
  }

  @Test(arguments: names + values + calls + graphs + samplers + criteria + memberSettings + distributions)
  func message(
    _ row: Row
  ) {
    #expect(rendered(resolve(row.text, existing: ["t.csv"])) == row.messages)
  }

  @Test func overridesThatNameNothing() {
    func message(_ name: String, _ value: String) -> [String] {
      rendered(resolve(inversion, overrides: [(name: name, value: value)]))
    }
    #expect(
      message("i.dampng", "3") == [
        "--set i.dampng=3: error M065: nothing is called 'i.dampng' that could be overridden; did you mean 'i.damping'?"
      ])
    #expect(
      message("spacing", "3") == [
        "--set spacing=3: error M065: nothing is called 'spacing' that could be overridden"
      ])
    #expect(
      message("i.damping", "3 m") == [
        "--set i.damping=3 m: error M082: 'damping' is a plain number and takes no unit ('m')"
      ])
    #expect(message("i.damping", "") == ["--set i.damping=: error M012: 'i.damping' has no value"])
    #expect(
      message("i.damping", "1\nx = 2") == [
        "--set i.damping=1\u{FFFD}x = 2: error M064: malformed override 'i.damping=1\u{FFFD}x = 2'; "
          + "expected name=value or stage.setting=value"
      ])
    #expect(rendered(resolve(inversion, profile: "ci")) == ["--profile ci: error M066: unknown profile 'ci'"])
  }
}
