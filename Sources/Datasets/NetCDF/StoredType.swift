internal import CNetCDF

/// How a file keeps a variable's numbers. `Dataset.Values` holds them wider, so that marks of missing values, which are
/// compared in the file's own type, need to be told of it.
public enum StoredType: Sendable {
  case byte, unsignedByte, short, unsignedShort, int, unsignedInt, long, unsignedLong, float, double
}

extension StoredType {
  /// Nil for text and types of the file's own.
  init?(_ type: nc_type) {
    switch type {
    case NC_BYTE: self = .byte
    case NC_UBYTE: self = .unsignedByte
    case NC_SHORT: self = .short
    case NC_USHORT: self = .unsignedShort
    case NC_INT: self = .int
    case NC_UINT: self = .unsignedInt
    case NC_INT64: self = .long
    case NC_UINT64: self = .unsignedLong
    case NC_FLOAT: self = .float
    case NC_DOUBLE: self = .double
    default: return nil
    }
  }

  var isInteger: Bool { self != .float && self != .double }

  /// What the library answers for a value that was never written (`NC_FILL_…`), as near as a double comes to it.
  var unwritten: Double {
    switch self {
    case .byte: -127
    case .unsignedByte: 255
    case .short: -32767
    case .unsignedShort: 65535
    case .int: -2_147_483_647
    case .unsignedInt: 4_294_967_295
    case .long: -0x1p63
    case .unsignedLong: 0x1p64
    case .float, .double: 9.969_209_968_386_869e36
    }
  }

  /// Every byte may be a value, so the library's own manual takes no byte for one that was never written.
  var hasUnwrittenMark: Bool { self != .byte && self != .unsignedByte }

  /// Bits of a whole number, nil for the others.
  var bits: Int? {
    switch self {
    case .byte, .unsignedByte: 8
    case .short, .unsignedShort: 16
    case .int, .unsignedInt: 32
    case .long, .unsignedLong: 64
    case .float, .double: nil
    }
  }

  /// The type that `_Unsigned` says is meant by this one.
  func meant(unsigned: Bool) -> StoredType {
    switch self {
    case .byte, .unsignedByte: unsigned ? .unsignedByte : .byte
    case .short, .unsignedShort: unsigned ? .unsignedShort : .short
    case .int, .unsignedInt: unsigned ? .unsignedInt : .int
    case .long, .unsignedLong: unsigned ? .unsignedLong : .long
    case .float, .double: self
    }
  }

  private var isUnsigned: Bool {
    [.unsignedByte, .unsignedShort, .unsignedInt, .unsignedLong].contains(self)
  }

  /// A number of this type by another reading of its highest bit; a 64-bit one is exact up to 2⁵³.
  func turned(_ value: Double) -> Double {
    guard let bits, bits < 64 else {
      return bits == nil ? value : isUnsigned && value < 0 ? value + 0x1p64 : value
    }
    let range = Double(1 << bits)
    if isUnsigned { return value < 0 ? value + range : value }
    return value >= range / 2 ? value - range : value
  }
}

extension Dataset.Variable {
  /// With the values and the marks of missing ones as `_Unsigned` says they are meant: the classic formats have no
  /// unsigned types, and some servers no signed bytes.
  func meant(unsigned: Bool) -> Self {
    guard let own = storedAs, own.isInteger else { return self }
    let type = own.meant(unsigned: unsigned)
    var result = self
    result.storedAs = type
    result.unwritten = type.turned(own.unwritten)
    result.attributes.removeAll { $0.name == "_Unsigned" }
    guard type != own else { return result }
    switch values {
    case .int8(let raw): result.values = .int32(raw.map { Int32(type.turned(Double($0))) })
    case .int32(let raw): result.values = .double(raw.map { type.turned(Double($0)) })
    case .double(let raw): result.values = .double(raw.map(type.turned))
    case .text: return self
    }
    for index in result.attributes.indices where Self.marks.contains(result.attributes[index].name) {
      guard case .integers(let raw) = result.attributes[index].value else { continue }
      result.attributes[index].value = .numbers(raw.map { type.turned(Double($0)) })
    }
    return result
  }

  private static let marks: Set = ["_FillValue", "missing_value", "valid_min", "valid_max", "valid_range"]
}
