import Datasets
import NumericCore

extension Dataset {
  /// An empty dataset titled `title`; grids bring their own coordinates.
  static func onGrid(_ geometry: GridGeometry, title: String) -> Dataset {
    var dataset = Dataset(dimensions: [], variables: [], attributes: [])
    dataset.setAttribute("title", text: title)
    return dataset
  }
}
