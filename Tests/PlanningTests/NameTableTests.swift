import Foundation
import Planning
import Testing

/// Against a dictionary of the standard library.
@Suite struct NameTableTests {
  @Test("does what a dictionary does, in the order of names", arguments: [3, 8, 9, 40])
  func likeADictionary(size: Int) {
    var (table, dictionary): (NameTable<Int>, [String: Int]) = ([:], [:])
    var state: UInt64 = 88_172_645_463_325_252
    for step in 0..<2000 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      let name = "n\(state % UInt64(size))"
      let value = state & 4096 == 0 ? nil : step
      (table[name], dictionary[name]) = (value, value)
      #expect(table.count == dictionary.count)
      #expect(table[name] == dictionary[name])
    }
    #expect(table.keys == dictionary.keys.sorted())
    #expect(table.map(\.value) == dictionary.sorted { $0.key < $1.key }.map(\.value))
    for name in (0...size).map({ "n\($0)" }) { #expect(table[name] == dictionary[name]) }
    #expect(table.dictionary == dictionary)
  }

  @Test("entries in any order make equal tables; of equal names the last counts")
  func equality() {
    let table: NameTable<Int> = ["b": 2, "a": 1, "c": 3]
    #expect(table == NameTable([("c", 3), ("b", 0), ("a", 1), ("b", 2)]))
    #expect(table.hashValue == NameTable([("c", 3), ("b", 2), ("a", 1)]).hashValue)
    #expect(table != ["a": 1, "b": 2])
  }

  @Test("is coded as an object")
  func coding() throws {
    let table: NameTable<String> = ["b": "2", "a": "1"]
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = try encoder.encode(table)
    #expect(String(decoding: text, as: UTF8.self) == #"{"a":"1","b":"2"}"#)
    #expect(try JSONDecoder().decode(NameTable<String>.self, from: text) == table)
  }
}
