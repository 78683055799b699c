import Inference
import NumericCore
import Testing

@Suite struct RunningMomentsTests {
  private static func normals(_ count: Int, _ quantities: Int, seed: UInt64 = 1) -> [[Double]] {
    (0..<count).map { member in
      var random = NumPyRandom.stream(seed: seed, name: "moments", member: member)
      return (0..<quantities).map { _ in 1000 + 3 * random.standardNormal() }
    }
  }

  private static func moments(_ members: [[Double]]) -> RunningMoments {
    var moments = RunningMoments(quantities: members[0].count)
    for member in members { moments.add(member) }
    return moments
  }

  /// One pass gives what two passes give.
  @Test func equalTwoPasses() {
    let members = Self.normals(57, 4)
    let found = Self.moments(members)
    for index in 0..<4 {
      let column = members.map { $0[index] }
      let mean = Statistics.mean(column)
      func power(_ k: Int) -> Double {
        Statistics.sum(column.map { value in (0..<k).reduce(1) { power, _ in power * (value - mean) } })
      }
      #expect(abs(found.mean[index] - mean) < 1e-10)
      #expect(abs(found.second[index] / power(2) - 1) < 1e-10)
      #expect(abs(found.third[index] - power(3)) < 1e-8 * power(2) * 3)
      #expect(abs(found.fourth[index] / power(4) - 1) < 1e-10)
      #expect(abs(found.deviation[index] - Statistics.deviation(column, lostDegrees: 1)) < 1e-10)
    }
  }

  @Test func goesOnWhereItStopped() {
    let members = Self.normals(30, 3)
    let first = Self.moments(Array(members[..<11]))
    var rest = RunningMoments(
      count: first.count, mean: first.mean, second: first.second, third: first.third, fourth: first.fourth)
    for member in members[11...] { rest.add(member) }
    #expect(rest == Self.moments(members))
  }

  /// The errors that it states are those that means and deviations of many such samples have.
  @Test func errorsAreThoseOfRepeatedSamples() {
    let size = 60
    let samples = (0..<400).map { Self.moments(Self.normals(size, 1, seed: UInt64($0))) }
    let scatter = Statistics.deviation(samples.map { $0.mean[0] })
    let stated = Statistics.mean(samples.map { $0.meanError[0] })
    #expect(abs(stated / scatter - 1) < 0.1, "\(stated), \(scatter)")
    let deviationScatter = Statistics.deviation(samples.map { $0.deviation[0] })
    let deviationStated = Statistics.mean(samples.map { $0.deviationError[0] })
    #expect(abs(deviationStated / deviationScatter - 1) < 0.1, "\(deviationStated), \(deviationScatter)")
    // Normal: 1/√(2n).
    let relative = Statistics.mean(samples.map(\.relativeDeviationError))
    #expect(abs(relative * (2 * Double(size)).squareRoot() - 1) < 0.06, "\(relative)")
  }

  /// The deviation of a uniform distribution is found sooner, √(0.2/n) of it: the fourth moment is seen.
  @Test func distributionsDiffer() {
    let members = (0..<2000).map { [Double(($0 * 1237) % 2000) / 2000] }
    let found = Self.moments(members).relativeDeviationError
    #expect(abs(found / (0.2 / 2000).squareRoot() - 1) < 0.01)
  }

  @Test func constantAndFew() {
    let constant = Self.moments([[1, 2], [1, 3], [1, 7]])
    #expect(constant.deviation[0] == 0 && constant.deviationError[0] == 0)
    #expect(constant.relativeDeviationError.isFinite)
    #expect(Self.moments([[1], [1]]).relativeDeviationError.isNaN)
    #expect(Self.moments([[1]]).deviation[0].isNaN && Self.moments([[1]]).meanError[0].isNaN)
    #expect(Self.moments([[.nan, 1], [1, 2]]).deviation[0].isNaN)
  }
}
