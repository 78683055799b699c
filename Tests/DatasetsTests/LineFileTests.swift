import NumericCore
import TestSupport
import Testing

@testable import Datasets

@Suite struct LineFileTests {
  private func read(_ text: String) throws -> [Points] {
    let folder = try ScratchFolder("datasets")
    return try LineFile.read(folder.write(text, "coast.txt"))
  }

  @Test func segmentsOfGMT() throws {
    let lines = try read(
      "# a coast\n> one -W1\n1 2\n3\t4 99\n>\n5,6\n\n7 8\nNaN NaN\n9 10\n11 12\n> alone\n1 1\n")
    #expect(
      lines == [
        Points(easting: [1, 3], northing: [2, 4]), Points(easting: [5, 7], northing: [6, 8]),
        Points(easting: [9, 11], northing: [10, 12]),
      ])
  }

  /// A file without any `>` is one line.
  @Test func plainPairs() throws {
    #expect(try read("-1.5e3 2\r\n0 4\r\n") == [Points(easting: [-1500, 0], northing: [2, 4])])
  }

  @Test func everyLineOfGeoJSON() throws {
    let text = """
      {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": "a \\"b\\"", "n": [1, null, true]},
         "geometry": {"type": "LineString", "coordinates": [[0, 1], [2, 3, 40]]}},
        {"type": "Feature", "properties": null, "geometry": {"type": "GeometryCollection", "geometries": [
          {"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0], [0, 0]], [[5, 5], [6, 5], [5, 5]]]]},
          {"type": "Point", "coordinates": [7, 7]}]}}]}
      """
    let lines = try read(text)
    #expect(lines.map(\.easting) == [[0, 2], [0, 1, 0], [5, 6, 5]])
    #expect(lines[0].northing == [1, 3])
  }

  @Test func mistakesSayWhereAndWhat() throws {
    func message(_ text: String) -> String {
      do {
        _ = try read(text)
        return "no error"
      } catch { return "\(error)" }
    }
    #expect(message("1 2\nx y\n").contains("line 2: found 'x y', expected x and y, or '>'"))
    #expect(message("> only\n").contains("line 1: found no line of two places or more"))
    #expect(message("{\"a\": [1, 2}\n").contains("line 1: found '}"))
    #expect(message("{\n\"a\" 1}").contains("line 2: found '1}', expected ':'"))
    #expect(message("{\"a\": \"b").contains("expected a closing quote"))
    #expect(message("{\"a\": " + String(repeating: "[", count: 300)).contains("200 brackets"))
    #expect(message("{\"type\": \"Point\", \"coordinates\": [1, 2]}").contains("no line of two places"))
  }
}
