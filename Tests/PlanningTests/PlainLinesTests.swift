import Testing

@testable import Planning

/// Plans and reports of names and numbers are read from their bytes, to the same values as word by word.
@Suite struct PlainLinesTests {
  @Test func numbersOfPlans() throws {
    var generator = SystemRandomNumberGenerator()
    for count in [0, 1, 7, 200] {
      let rows = (0..<count).map { row in
        (0..<(1 + row % 4)).map { _ -> Double in
          let value = Double(bitPattern: generator.next())
          return value.isInfinite ? 0 : value
        }
      }
      let plan = RoundPlan(rows)
      let found = try #require(PlainLines.rows(of: plan.text))
      #expect(found.count == count)
      for (row, values) in zip(found, rows) {
        #expect(row.values.count == values.count && row.wants.isEmpty && row.draws == nil)
        #expect(zip(row.values, values).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) })
      }
      #expect(try RoundPlan(text: plan.text) == plan)
    }
  }

  @Test func columnsOfReports() throws {
    let columns: [(name: String, value: Double)] = [
      ("iteration", 3), ("elbo", -1.25e-300), ("r_hat_2", .nan), ("zero", 0),
      ("largest", .greatestFiniteMagnitude),
    ]
    let found = try #require(PlainLines.columns(of: FoldReport(columns).text))
    #expect(found.map(\.name) == columns.map(\.name))
    #expect(zip(found, columns).allSatisfy { $0.value == $1.value || ($0.value.isNaN && $1.value.isNaN) })
    #expect(PlainLines.columns(of: FoldReport().text)?.isEmpty == true)
  }

  /// Whatever is not plain is left to who reads word by word, with its place.
  @Test(arguments: [
    "plan 1\nrow\nend\n", "plan 1\nrow 1 wants score\nend\n", "plan 1\nrow 1\nkeep a port b\nend\n",
    "plan 1\nrow 1e\nend\n",
    "plan 1\nrow -\nend\n", "plan 1\nrow 1 \nend\n", "plan 1\nrow 0x10\nend\n", "plan 1\nrow 1end\n",
    "plan 1\nrow inf\nend\n",
    "plan 1\nrow 1.5\nend\n", "plan 1\nrows 1\nend\n", "plan 2\nrow 1\nend\n", "plan 1\n", "", "end\n",
    "plan 1\nrow 1\nend",
    "plan 1\nrow 1\n\nend\n", "plan 1end\n", "plan 1\nrow 1 2 3 x\nend\n", "report 1\nend\n",
  ]) func othersAreLeft(text: String) {
    #expect(PlainLines.rows(of: text) == nil)
  }

  @Test(arguments: [
    "report 1\nA 1\nend\n", "report 1\na\nend\n", "report 1\na 1 2\nend\n", "report 1\na inf\nend\n",
    "report 1\n1 1\nend\n",
    "report 1\na 1\n", "plan 1\nend\n", "report 1\na  1\nend\n",
  ]) func otherReports(text: String) {
    #expect(PlainLines.columns(of: text) == nil)
  }

  @Test func membersOfTwoRecipes() {
    func lines(_ values: [[Double]], _ kept: inout MemberLines) -> String {
      String(decoding: kept.bytes(of: values), as: UTF8.self)
    }
    var kept = MemberLines()
    var values = [[1.5, .nan], [0, -2e-9]]
    let expected = "member 0 = 15e-1 nan\nmember 1 = 0 -2e-9\n"
    #expect(lines(values, &kept) == expected && lines(values, &kept) == expected)
    #expect(lines([], &kept).isEmpty && lines(values, &kept) == expected)
    // Changed where it lies or copied, it is another array.
    values[1][0] = 7
    #expect(lines(values, &kept) == "member 0 = 15e-1 nan\nmember 1 = 7 -2e-9\n")
  }
}
