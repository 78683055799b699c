import Manifests

/// What the members of a family have in common: what varies, and which stages each of them needs a copy of.
final class FamilyShape: Sendable {
  let family: Int
  let repeated: Int
  let roles: [Family.Role]
  let variables: [Family.Variable]
  let perturbations: [Family.Perturbation]
  let variedSettings: [StageSetting: Int]
  let variedNames: [String: Int]
  let perturbed: [StagePort: Int]
  let memberSettings: [StageSetting: MemberValue]
  let cases: [MemberCase]
  let each: String?
  let moves: [StageSetting: Int]
  let conditionals: [Int: Family.Conditional]
  /// Stages that each member has a copy of, in topological order, and where each stands among them.
  let affected: [Int]
  let positions: [Int: Int]
  /// Stages that the members use as they are.
  let needed: [Int]
  /// 1 + the largest depth of the families nested in it.
  let depth: Int

  var memberVariables: [MemberVariable] {
    variables.map { MemberVariable(name: $0.name, dimension: $0.dimension) }
  }

  /// Positions of the variables that the family's design decides: what is drawn, in order, before what it gives.
  let designed: [Int]
  /// Input of the family's node → position of the variable that is a number of another stage's table.
  let cells: [String: Int]

  init(_ family: Family, affected: [Int], needed: [Int], depth: Int) {
    (self.family, repeated, roles) = (family.stage, family.repeated, family.roles)
    (variables, perturbations) = (family.variables, family.perturbations)
    (cases, each) = (family.cases, family.each)
    (moves, conditionals) = (family.moves, family.conditionals)
    (variedSettings, variedNames) = (family.variedSettings, family.variedNames)
    (perturbed, memberSettings) = (family.perturbed, family.memberSettings)
    (self.affected, self.needed, self.depth) = (affected, needed, depth)
    designed = family.variables.indices.filter { family.variables[$0].cell == nil }
    cells = Dictionary(
      uniqueKeysWithValues: family.variables.indices.filter { family.variables[$0].cell != nil }.map {
        (MemberCell.port(family.variables[$0].name), $0)
      })
    positions = Dictionary(uniqueKeysWithValues: affected.enumerated().map { ($1, $0) })
  }
}
