import Foundation
import TestSupport
import Testing

@testable import NumericCore

@Suite struct KFoldTests {
  @Test func shuffled() {
    let folds = KFold.folds(count: 11, splits: 3, seed: 10)
    #expect(folds == [[2, 5, 6, 8], [1, 3, 7, 10], [0, 4, 9]])
    #expect(KFold.training(without: folds[2], count: 11) == [1, 2, 3, 5, 6, 7, 8, 10])
  }

  @Test func consecutive() {
    #expect(KFold.folds(count: 7, splits: 3) == [[0, 1, 2], [3, 4], [5, 6]])
  }

  @Test func heldOut() {
    let (train, test) = KFold.holdOut(count: 10, fraction: 0.3, seed: 10)
    #expect(test == [8, 2, 5])
    #expect(train == [6, 3, 1, 0, 7, 4, 9])
    #expect(KFold.holdOut(count: 7, fraction: 0.2, seed: 1).test.count == 2)
  }

  /// The folds that scikit-learn made for the constraint points of the reference inversions.
  @Test(.needsReference)
  func foldsOfTheReferenceConstraints() throws {
    let lines = try Reference.text("ef_constraints.csv").split(whereSeparator: \.isNewline)
    let header = lines[0].split(separator: ",").map(String.init)
    let rows = lines.dropFirst().map { $0.split(separator: ",").map(String.init) }
    func column(_ name: String) throws -> [Int] {
      let index = try #require(header.firstIndex(of: name))
      return rows.compactMap { Int($0[index]) }
    }
    let spline = try column("spline_cv_test_fold")
    #expect(spline.count == rows.count)
    for (fold, indices) in KFold.folds(count: rows.count, splits: 5, seed: 0).enumerated() {
      #expect(indices == spline.indices.filter { spline[$0] == fold })
    }
    for (fold, indices) in KFold.folds(count: rows.count, splits: 5, seed: 10).enumerated() {
      let flags = try column("cv_fold_\(fold)_is_test")
      #expect(indices == flags.indices.filter { flags[$0] == 1 })
    }
  }
}
