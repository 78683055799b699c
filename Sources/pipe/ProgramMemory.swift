/// Leaves a value to the end of the process.
///
/// Freeing a pipeline of a hundred thousand stages piece by piece takes as long as planning it; the system takes back
/// all of it at once when the process ends.
func keepToTheEnd(_ value: some Sendable) {
  _ = Unmanaged.passRetained(Kept(value))
}

private final class Kept<Value: Sendable>: Sendable {
  private let value: Value

  init(_ value: Value) { self.value = value }
}
