extension Dataset {
  /// The bytes that stand for the content: dimensions, variables, attributes and the bits of every value, in
  /// file order. What a library adds on writing (its version, the layout of blocks) is no part of it, so two
  /// files with this in common hold the same whatever version of the NetCDF library wrote them.
  ///
  /// Every part is preceded by its length, numbers are little-endian, and all NaN are one, since their bits
  /// carry nothing; −0 and 0 differ.
  /// - Parameter take: called with one piece after the other.
  /// - Complexity: O(size); holds one variable's bytes at a time.
  public func forEachContentPiece(_ take: (UnsafeRawBufferPointer) -> Void) {
    var writer = ContentWriter()
    writer.number(dimensions.count)
    for dimension in dimensions {
      writer.text(dimension.name)
      writer.number(dimension.size)
    }
    writer.attributes(attributes)
    writer.number(variables.count)
    writer.flush(take)
    for variable in variables {
      writer.text(variable.name)
      writer.number(variable.dimensions.count)
      for dimension in variable.dimensions { writer.text(dimension) }
      writer.attributes(variable.attributes)
      writer.values(variable.values)
      writer.flush(take)
    }
    // Nothing at all where there is none, so that what older programs wrote stands for the same bytes.
    if let coordinateSystem {
      writer.attributes(coordinateSystem.attributes)
      writer.flush(take)
    }
  }
}

private struct ContentWriter {
  private var bytes: [UInt8] = []

  mutating func flush(_ take: (UnsafeRawBufferPointer) -> Void) {
    bytes.withUnsafeBytes(take)
    bytes.removeAll(keepingCapacity: true)
  }

  mutating func number(_ value: Int) { append(UInt64(bitPattern: Int64(value))) }

  mutating func text(_ text: String) {
    number(text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }

  private mutating func append(_ word: some FixedWidthInteger) {
    withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func double(_ value: Double) {
    append(value.isNaN ? UInt64(0x7FF8_0000_0000_0000) : value.bitPattern)
  }

  mutating func attributes(_ attributes: [Dataset.Attribute]) {
    number(attributes.count)
    for attribute in attributes {
      text(attribute.name)
      switch attribute.value {
      case .text(let value):
        bytes.append(1)
        text(value)
      case .numbers(let values):
        bytes.append(2)
        number(values.count)
        for value in values { double(value) }
      case .integers(let values):
        bytes.append(3)
        number(values.count)
        for value in values { number(value) }
      }
    }
  }

  mutating func values(_ values: Dataset.Values) {
    bytes.reserveCapacity(bytes.count + 8 * values.count + 16)
    switch values {
    case .double(let numbers):
      bytes.append(1)
      number(numbers.count)
      for value in numbers { double(value) }
    case .int32(let numbers):
      bytes.append(2)
      number(numbers.count)
      for value in numbers { append(value) }
    case .int8(let numbers):
      bytes.append(3)
      number(numbers.count)
      for value in numbers { append(value) }
    case .text(let texts):
      bytes.append(4)
      number(texts.count)
      for value in texts { text(value) }
    }
  }
}
