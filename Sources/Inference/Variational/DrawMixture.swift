import NumericCore

/// Draws of several members of a family, weighted for the last of them: ω = q/Σⱼ(nⱼ/n) qⱼ, the balance heuristic, which takes
/// all draws for those of one mixture, so that none of them can weigh much more than one of q's own: ω ≤ n/n_q.
/// [Veach1995, Elvira2019]
struct DrawMixture {
  /// z of every draw by the last member, x, and ln p(y, θ).
  let normals: [[Double]], places: [[Double]], logJoints: [Double]
  /// Of mean 1.
  let weights: [Double]
  /// (Σω)²/Σω².
  let effectiveSize: Double

  /// - Parameter earlier: the oldest first.
  init(_ own: VariationalState.Batch, before earlier: [VariationalState.Batch]) {
    let batches = [own] + earlier.reversed()
    places = batches.flatMap(\.places)
    logJoints = batches.flatMap(\.logJoints)
    let count = Double(places.count)
    let shares = batches.map { Elementary.log(Double(max(1, $0.places.count)) / count) }
    let family = own.family
    normals = places.map { family.draw(at: $0) }
    let logWeights = zip(places, normals).map { place, normal -> Double in
      let densities = batches.indices.map { index -> Double in
        let z = index == 0 ? normal : batches[index].family.draw(at: place)
        return shares[index] + batches[index].family.logDensity(ofDraw: z)
      }
      let top = densities.max() ?? 0
      let sum = Statistics.sum(densities.map { Elementary.exp($0 - top) })
      return family.logDensity(ofDraw: normal) - top - Elementary.log(sum)
    }
    let raw = logWeights.map { Elementary.exp($0) }
    let mean = Statistics.sum(raw) / count
    weights = raw.map { $0 / mean }
    effectiveSize = count * count / Statistics.sum(weights.map { $0 * $0 })
  }
}
