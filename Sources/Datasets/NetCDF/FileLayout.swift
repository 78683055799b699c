internal import CNetCDF

/// How a NetCDF file is laid out on disk. All are read by every tool built on the NetCDF library.
///
/// The classic layouts hold nothing but the dataset. HDF5, by contrast, keeps the library's and its own version in
/// a hidden attribute (`_NCProperties`), so equal bytes need equal libraries there; and a file of six 31 × 41 grids takes
/// it 0.9 ms to write and 0.6 ms to read, behind a lock, where the classic layout takes 0.2 and 0.1 ms: a third of
/// the time of an ensemble of small inversions.
enum FileLayout {
  /// Classic with 64-bit offsets (CDF-2): also read by what reads NetCDF-3 without the library, as SciPy does.
  case classic
  /// Classic with 64-bit data (CDF-5): variables beyond 4 GiB and 64-bit integers.
  case wide
  /// NetCDF-4: several dimensions without a value, variables added after values.
  case hdf5

  /// The first that can hold the dataset.
  init(of dataset: Dataset) {
    // What has no value yet is an unlimited dimension: a classic file has one, which must lead.
    let empty = Set(dataset.dimensions.filter { $0.size == 0 }.map(\.name))
    let isBehind = dataset.variables.contains { $0.dimensions.dropFirst().contains(where: empty.contains) }
    if empty.count > 1 || isBehind {
      self = .hdf5
    } else {
      self = dataset.variables.contains(where: \.isHuge) || dataset.hasLongIntegers ? .wide : .classic
    }
  }

  var mode: Int32 {
    switch self {
    case .classic: NC_64BIT_OFFSET
    case .wide: NC_64BIT_DATA
    case .hdf5: NC_NETCDF4
    }
  }
}

extension Dataset.Variable {
  /// Whether its size does not fit 32 bits.
  fileprivate var isHuge: Bool {
    let width =
      switch values {
      case .double: 8
      case .int32: 4
      case .int8: 1
      case .text: values.width ?? 1
      }
    return values.count * width > 0xFFFF_FFF0
  }
}

extension Dataset {
  fileprivate var hasLongIntegers: Bool {
    (attributes + variables.flatMap(\.attributes)).contains { attribute in
      guard case .integers(let values) = attribute.value else { return false }
      return values.contains { Int32(exactly: $0) == nil }
    }
  }
}
