import Foundation
import TestSupport
import Testing

@testable import Execution

/// Long texts of logs, deflated in one word, and the escaped ones of programs of before.
@Suite struct PackedTextTests {
  private static func log(_ members: Int) -> String {
    (0..<members).map { "[\($0)] density contrast \(Double($0 * 7919 % 1000) / 7) kg/m³, 100 % \u{1}\n" }
      .joined()
  }

  @Test(arguments: [0, 1, 4, 5, 100, 2000]) func everyTextComesBack(_ members: Int) throws {
    let text = Self.log(members)
    let word = PackedText.packed(text)
    #expect(!word.utf8.contains { $0 <= 32 || $0 >= 127 } || members < 5)
    #expect(!word.utf8.contains { $0 <= 32 })
    #expect(PackedText.unpacked(word) == text)
    #expect(PackedText.unpacked(AppendLog.escaped(text)) == text)
    if members > 10 { #expect(word.utf8.count * 3 < text.utf8.count, "\(word.utf8.count)") }
  }

  @Test func aTextThatLooksPackedIsEscaped() {
    let text = "%z12:" + String(repeating: "A", count: 300)
    #expect(PackedText.unpacked(PackedText.packed(text)) == text)
    #expect(PackedText.unpacked(AppendLog.escaped(text)) == text)
  }

  /// What is no stream of the length that it names is told, not taken.
  @Test func damage() {
    let word = PackedText.packed(Self.log(50))
    let colon = word.firstIndex(of: ":") ?? word.startIndex
    let count = Int(word[word.index(word.startIndex, offsetBy: 2)..<colon]) ?? 0
    #expect(count == Self.log(50).utf8.count)
    let stream = word[colon...]
    for wrong in [count - 1, count + 1, -1, Int.max] {
      #expect(PackedText.unpacked("%z\(wrong)\(stream)") == nil)
    }
    for bad in ["%z", "%z:", "%z5", "%z5:", "%z5:ü!", String(word.dropLast(8)), word + "*"] {
      #expect(PackedText.unpacked(bad) == nil, "\(bad.prefix(20))")
    }
  }

  @Test func recipesAndLogsOfBothForms() throws {
    let folder = try ScratchFolder("packed")
    let keys = ["ab", "cd"].map { String(repeating: $0, count: 32) }
    let hash = String(repeating: "0", count: 64)
    let text = "recipe 1\nkind chunk 1\n" + Self.log(40)
    let log = RecipeLog(path: folder.path("recipes.log"))
    try AppendLog(folder.path("recipes.log")).append("\(keys[0]) old data=\(hash) \(AppendLog.escaped(text))")
    try log.record(key: keys[1], name: "a b", outputs: [(port: "data", hash: hash)], text: text)
    let entries = try log.entries()
    #expect(entries.map(\.text) == [text, text])
    #expect(entries.map(\.name) == ["old", "a b"] && entries.allSatisfy { $0.outputs == ["data": hash] })
    let project = try FoldProject { _ in [] }
    let logs = NodeLogs(layout: project.layout)
    for key in keys { try logs.put(key, "# \(key)\n" + Self.log(40)) }
    // In any order, and again.
    for key in [keys[1], keys[0], keys[1]] { #expect(try logs.text(key) == "# \(key)\n" + Self.log(40)) }
  }
}
