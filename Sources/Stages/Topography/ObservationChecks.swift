import Gravity
import Topography
import NumericCore

/// Throws where an observation lies in or on the layer, or has no number: its gravity would be
/// meaningless or infinite.
func checkObservations(_ points: ObservationPoints, against layer: PrismLayer) throws(InversionError) {
  let region = layer.geometry.region
  for index in 0..<points.count {
    let (easting, northing) = (points.easting[index], points.northing[index])
    guard points.upward[index].isFinite else {
      throw .nonFiniteObservation(name: "the height", easting: easting, northing: northing)
    }
    guard region.contains(easting: easting, northing: northing) else {
      throw .observationOutsideModel(easting: easting, northing: northing)
    }
  }
  if let hit = layer.firstReached(points) {
    throw .observationInsidePrism(
      easting: points.easting[hit.point], northing: points.northing[hit.point],
      upward: points.upward[hit.point], top: hit.top)
  }
}
