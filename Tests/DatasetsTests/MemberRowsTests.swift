import Datasets
import Foundation
import Testing
import TestSupport

/// Files of many members in one, and each of them back.
@Suite struct MemberRowsTests {
  private static func member(_ number: Int, columns: Int = 3) throws -> Dataset {
    var dataset = Dataset(title: "member")
    dataset.dimensions = [.init(name: "northing", size: 2), .init(name: "easting", size: columns)]
    dataset.variables = [
      .init(name: "northing", dimensions: ["northing"], values: .double([0, 10])),
      .init(name: "easting", dimensions: ["easting"], values: .double((0..<columns).map { Double($0) })),
      .init(
        name: "topography", dimensions: ["northing", "easting"],
        values: .double((0..<2 * columns).map { Double(number * 100 + $0) }),
        attributes: [.init(name: "units", value: .text("m"))]),
      .init(
        name: "mask", dimensions: ["northing", "easting"],
        values: .int8((0..<2 * columns).map { Int8(($0 + number) % 2) })),
      .init(name: "rmse", dimensions: [], values: .double([Double(number) / 7])),
    ]
    return dataset
  }

  @Test func everyMemberComesBack() throws {
    let folder = try ScratchFolder()
    var files: [String?] = []
    for number in 0..<5 {
      let path = folder.path("member-\(number).nc")
      try NetCDFFile.write(Self.member(number), to: path)
      files.append(number == 2 ? nil : path)
    }
    let path = folder.path("all.nc")
    try MemberRows.gather(files, to: path)
    let reader = try MemberRowsReader(path)
    for number in [0, 1, 3, 4] {
      let (found, expected) = (try reader.dataset(number), try Self.member(number))
      for variable in expected.variables { #expect(found[variable.name] == variable, "\(variable.name)") }
    }
    #expect(try reader.dataset(2).doubles("topography").allSatisfy(\.isNaN))
    #expect(throws: DatasetError.self) { try reader.dataset(5) }
  }

  @Test func membersOnOtherNodesAreRefused() throws {
    let folder = try ScratchFolder()
    let paths = ["a.nc", "b.nc"].map { folder.path($0) }
    try NetCDFFile.write(Self.member(0), to: paths[0])
    try NetCDFFile.write(Self.member(1, columns: 4), to: paths[1])
    let error = #expect(throws: DatasetError.self) {
      try MemberRows.gather(paths, to: folder.path("all.nc"))
    }
    #expect(error.map { "\($0)" }?.contains("another easting in row 1") == true, "\(String(describing: error))")
  }

  @Test func noMemberAtAll() throws {
    let folder = try ScratchFolder()
    try MemberRows.gather([nil, nil], to: folder.path("all.nc"))
    #expect(try NetCDFFile.read(folder.path("all.nc")).size(of: "member_row") == 2)
  }
}
