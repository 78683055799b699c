import Testing

@testable import Execution

@Suite struct RecordLinesTests {
  private static let record = """
    {"format":1,
    {"name":"a","outcome":"executed","seconds":1.5,"stage":"a"},
    {"name":"b","outcome":"cached","seconds":0,"stage":"b"},
    {"name":"c[f 1]","outcome":"executed","stage":"c"},
    {"name":"c[f 2]","outcome":"executed","seconds":3}
    """
  private let lines = RecordLines(Array(record.utf8))

  @Test func linesThatHoldATextComeInOrder() {
    var names: [String?] = []
    lines.forEach(holding: #""outcome":"executed""#) { line in
      names.append(line.value(of: #""name":""#))
      return true
    }
    #expect(names == ["a", "c[f 1]", "c[f 2]"])
  }

  @Test func whatALineLacksIsNotTakenFromTheNext() {
    var found: [(Double?, String?)] = []
    lines.forEach(holding: "c[f ") { line in
      found.append((line.number(of: #""seconds":"#), line.value(of: #""stage":""#)))
      return true
    }
    #expect(found.map(\.0) == [nil, 3])
    #expect(found.map(\.1) == ["c", nil])
  }

  @Test func falseEndsTheSearchAndTheCommaIsNoPartOfALine() {
    var texts: [String] = []
    lines.forEach(holding: "name") { line in
      texts.append(line.text)
      return texts.count < 2
    }
    #expect(texts.count == 2)
    #expect(texts.first?.hasSuffix(#""stage":"a"}"#) == true)
    lines.forEach(holding: "nowhere") { _ in
      Issue.record("nothing holds that")
      return true
    }
  }
}
