import Gravity
import NumericCore
import Topography

/// Throws where an observation has no height, or lies beyond the model's region: most of what attracts it would be
/// missing.
func checkObservations(_ points: ObservationPoints, against model: GridGeometry) throws(InversionError) {
  for index in 0..<points.count {
    let (easting, northing) = (points.easting[index], points.northing[index])
    guard points.upward[index].isFinite else {
      throw .nonFiniteObservation(name: "the height", easting: easting, northing: northing)
    }
    guard model.holds(easting: easting, northing: northing) else {
      throw .observationOutsideModel(easting: easting, northing: northing)
    }
  }
}
