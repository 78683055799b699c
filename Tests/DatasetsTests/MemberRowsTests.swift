import Datasets
import Foundation
import TestSupport
import Testing

/// Files of many members in one, and each of them back.
@Suite struct MemberRowsTests {
  private static func member(_ number: Int, columns: Int = 3) -> Dataset {
    let heights = (0..<2 * columns).map { node in Double(number * 100 + node) }
    let mask = (0..<2 * columns).map { node in Int8((node + number) % 2) }
    let eastings = (0..<columns).map { column in Double(column) }
    let grid = ["northing", "easting"]
    return Dataset(
      dimensions: [
        Dataset.Dimension(name: "northing", size: 2), Dataset.Dimension(name: "easting", size: columns),
      ],
      variables: [
        Dataset.Variable(name: "northing", dimensions: ["northing"], values: .double([0, 10])),
        Dataset.Variable(name: "easting", dimensions: ["easting"], values: .double(eastings)),
        Dataset.Variable(
          name: "topography", dimensions: grid, values: .double(heights),
          attributes: [Dataset.Attribute(name: "units", value: .text("m"))]),
        Dataset.Variable(name: "mask", dimensions: grid, values: .int8(mask)),
        Dataset.Variable(name: "rmse", dimensions: [], values: .double([Double(number) / 7])),
      ])
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
      let (found, expected) = (try reader.dataset(number), Self.member(number))
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
    #expect(
      error.map { "\($0)" }?.contains("another easting in row 1") == true, "\(String(describing: error))")
  }

  /// Of what is compared alone a thousandth may be enough.
  @Test func onlyTheVariableThatIsWanted() throws {
    let folder = try ScratchFolder()
    var files: [String?] = []
    for number in 0..<3 {
      files.append(folder.path("member-\(number).nc"))
      try NetCDFFile.write(Self.member(number), to: folder.path("member-\(number).nc"))
    }
    let path = folder.path("all.nc")
    try MemberRows.gather(files, keeping: ["gravity", "topography", "mask"], to: path)
    let found = try MemberRowsReader(path).dataset(1)
    #expect(found.variables.map(\.name).sorted() == ["easting", "northing", "topography"])
    #expect(found["topography"] == Self.member(1)["topography"])
    try MemberRows.gather(files, keeping: ["rmse"], to: path)
    #expect(try MemberRowsReader(path).dataset(2).variables == [Self.member(2).variables[4]])
    // Where members have none of them all is kept, and who reads it says what is missing.
    try MemberRows.gather(files, keeping: ["gravity"], to: path)
    #expect(try MemberRowsReader(path).dataset(0).variables.count == 5)
  }

  /// A store that knows the bytes of a program of before gets them; many values lie in NetCDF-4 as they did.
  @Test(arguments: [(columns: 3, isClassic: true), (columns: 30_000, isClassic: false)])
  func smallFilesAreClassic(_ form: (columns: Int, isClassic: Bool)) throws {
    let folder = try ScratchFolder()
    let (path, old, again) = (folder.path("all.nc"), folder.path("old.nc"), folder.path("again.nc"))
    let files = (0..<3).map { $0 == 1 ? nil : folder.path("member-\($0).nc") }
    let members = (0..<3).map { Self.member($0, columns: form.columns) }
    for case (let file?, let member) in zip(files, members) { try NetCDFFile.write(member, to: file) }
    try MemberRows.gather(files, to: path)
    let head = FileManager.default.contents(atPath: path)?.prefix(3)
    #expect((head == Data("CDF".utf8)) == form.isClassic)
    let slices = members.map { member in
      var slice = member
      guard case .int8(let mask) = member.variables[3].values else { return slice }
      slice.variables[3].values = .double(mask.map(Double.init))
      slice.variables[3].attributes.append(.init(name: "member_type", value: .text("int8")))
      return slice
    }
    let writer = try NetCDFSeriesWriter(path: old, dimension: "member_row", count: 3, template: slices[0])
    for row in [0, 2] { try writer.write(slices[row], at: row) }
    try writer.close()
    let forms = try NetCDFFile.olderForms(of: path)
    #expect(forms.count == (form.isClassic ? 1 : 0))
    for write in forms { try write(again) }
    let bytes = FileManager.default.contents(atPath: form.isClassic ? again : path)
    #expect(bytes == FileManager.default.contents(atPath: old))
    #expect(try NetCDFFile.olderForms(of: old).isEmpty)
  }

  @Test func noMemberAtAll() throws {
    let folder = try ScratchFolder()
    try MemberRows.gather([nil, nil], to: folder.path("all.nc"))
    #expect(try NetCDFFile.read(folder.path("all.nc")).size(of: "member_row") == 2)
  }
}
