import Artefacts

/// What tables of networks hold.
enum NetworkVariables {
  static let network = Variable("network", .count, "number of the network")
  static let epoch = Variable("epoch", .count, "epochs and iterations")
  static let loss = Variable("loss", .number, "mean negative log likelihood of the stopping part")

  // Of posteriors.
  static let dataSet = Variable("data_set", .count, "number of the data set, from 0")
  static let mean = Variable("mean", nil, "mean of the posterior")
  static let deviation = Variable("deviation", nil, "standard deviation of the posterior", look: .deviation)
  static let mode = Variable("map", nil, "place of greatest density")
  static let low = Variable("hpd_low", nil, "lower end of the region of highest density")
  static let high = Variable("hpd_high", nil, "upper end of the region of highest density")
  static let parts = Variable("hpd_parts", .count, "intervals that make the region of highest density")
  static let leakage = Variable(
    "leakage", .probability, "share of the mixture outside of the prior's support")
  static let gain = Variable("gain", .number, "information gain of the posterior over the prior, nats")
  static let gainOfPrior = Variable("gain_of_prior", .number, "the prior against the posterior, nats")
  static let gainBits = Variable(
    "gain_bits", .number, "information gain of the posterior over the prior, bits")
  static let gainOfPriorBits = Variable(
    "gain_of_prior_bits", .number, "the prior against the posterior, bits")
  static let pValue = Variable(
    "p_value", .probability, "share of training samples as unlike the others as these data")
  static let percentile = VariableSeries("percentile_", "percentile")

  static let value = Variable("value", nil, "value of the parameter")
  static let density = Variable("density", nil, "density of the posterior")
  static let prior = Variable("prior_density", nil, "density of the prior")

  static let kernel = Variable("kernel", .count, "number of the kernel")
  static let weight = Variable("kernel_weight", .probability, "weight of the kernel")

  // Of calibrations.
  static let place = Variable(
    "place", .probability, "middle of the bin of the truth's place in its posterior")
  static let part = Variable("part", .probability, "part of the samples in the bin")
  static let nominal = Variable("nominal", .probability, "share of the region")
  static let central = Variable("central", .probability, "part of the truths in the central interval")
  static let highest = Variable(
    "highest_density", .probability, "part of the truths in the region of highest density")
  static let reference = Variable(
    "tarp", .probability, "part of the truths in regions about random references (TARP)")
  static let referenceLow = Variable("tarp_low", .probability, "lower end of its 95 % band")
  static let referenceHigh = Variable("tarp_high", .probability, "upper end of its 95 % band")
  static let bias = Variable("local_bias", .probability, "share below minus share above the truth")
  static let averaged = Variable(
    "averaged", .probability, "share of the averaged posterior below the prior's quantile")
  static let truth = Variable("truth", nil, "true value")

  // Of comparisons.
  static let referenceMean = Variable("reference_mean", nil, "mean of the reference")
  static let referenceDeviation = Variable(
    "reference_deviation", nil, "standard deviation of the reference", look: .deviation)
  static let shift = Variable("shift", .number, "difference of the means in deviations of the reference")
  static let overlap = Variable("overlap", .probability, "area that the two densities have in common")
  static let distance = Variable("distance", .probability, "largest distance of the distribution functions")

  static let all: [Variable] = [
    network, epoch, loss, dataSet, mean, deviation, mode, low, high, leakage, gain, pValue, value, density,
    prior,
    kernel, weight, place, part, nominal, central, highest, reference, bias, averaged, truth,
  ]
}
