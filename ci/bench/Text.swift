/// Numbers for tables.
enum Text {
  /// Fixed point without a formatter's locale.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = Int((value * scale).rounded())
    if digits == 0 { return "\(scaled)" }
    let fraction = String(scaled % Int(scale))
    return "\(scaled / Int(scale)).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
  }

  static func milliseconds(_ seconds: Double) -> String {
    seconds >= 1 ? fixed(seconds, 2) + " s" : fixed(seconds * 1000, seconds < 0.1 ? 1 : 0) + " ms"
  }

  static func megabytes(_ bytes: Int) -> String { fixed(Double(bytes) / 1e6, 0) + " MB" }

  static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
