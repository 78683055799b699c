/// One row of a family's history, as a value and as canonical text: the output `report` of a step.
///
///     report 1
///     iteration 3
///     objective 15e-4
///     accepted 1
///     end
public struct FoldReport: Sendable, Equatable {
  /// In the step's order; names are lower case with digits and underscores, each once.
  public var columns: [(name: String, value: Double)]

  /// A row of a history.
  public init(_ columns: [(name: String, value: Double)] = []) { self.columns = columns }

  /// The value of a column; nil if there is none of that name.
  public subscript(name: String) -> Double? { columns.first { $0.name == name }?.value }

  /// Of equal texts.
  public static func == (left: FoldReport, right: FoldReport) -> Bool { left.text == right.text }

  /// Canonical text.
  public var text: String {
    var text = TextBuffer()
    text += "report 1\n"
    for column in columns {
      precondition(FoldWords.isName(column.name), "'\(column.name)' is no name of a report's column")
      text += column.name
      text.word(column.value)
      text += "\n"
    }
    text += "end\n"
    return text.text
  }

  /// - Throws: `FoldTextError` for anything that `text` does not write.
  public init(text: String) throws(FoldTextError) {
    if let plain = PlainLines.columns(of: text) {
      columns = plain
      return
    }
    var lines = text.utf8.split(separator: 10, omittingEmptySubsequences: false).map { Substring($0) }[...]
    guard lines.popFirst() == "report 1" else {
      throw FoldTextError("a report begins with 'report 1'", line: 1)
    }
    guard lines.popLast() == "", lines.popLast() == "end" else {
      throw FoldTextError("a report ends with 'end'", line: lines.endIndex)
    }
    columns = []
    for (number, line) in zip(lines.indices, lines) {
      var words = FoldWords(line)
      guard let name = try? words.name(), let numbers = try? words.numbers(), numbers.count == 1,
        words.next() == nil
      else { throw FoldTextError("'\(line.prefix(40))' is no name and number", line: number + 1) }
      columns.append((name, numbers[0]))
    }
  }
}
