/// Pieces of the page, already escaped. The page is XML too, so that a parser can check it.
enum HTML {
  static func table(head: [String], rows: [[String]], numeric: Set<Int> = [], kind: String = "") -> String {
    guard !rows.isEmpty else { return "" }
    func cells(_ texts: [String], _ tag: String) -> String {
      texts.enumerated().map { column, text in
        "<\(tag)\(numeric.contains(column) ? " class=\"n\"" : "")>\(text)</\(tag)>"
      }.joined()
    }
    let top = head.isEmpty ? "" : "<thead><tr>" + cells(head, "th") + "</tr></thead>"
    let body = rows.map { "<tr>" + cells($0, "td") + "</tr>" }.joined(separator: "\n")
    return "<div class=\"scroll\"><table\(kind.isEmpty ? "" : " class=\"\(kind)\"")>"
      + "\(top)<tbody>\(body)</tbody></table></div>\n"
  }

  static func figure(_ figure: CaptionedFigure) -> String {
    "<figure\(figure.drawing.width > 500 ? " class=\"wide\"" : "")>\(figure.drawing.svg)<figcaption>\(escaped(figure.caption))</figcaption></figure>\n"
  }

  static func details(_ summary: String, _ content: String) -> String {
    content.isEmpty ? "" : "<details><summary>\(escaped(summary))</summary>\(content)</details>\n"
  }

  static func problems(_ texts: [String]) -> String {
    list(texts, "problems")
  }

  static func warnings(_ texts: [String]) -> String { list(texts, "warnings") }

  private static func list(_ texts: [String], _ kind: String) -> String {
    guard !texts.isEmpty else { return "" }
    return "<ul class=\"\(kind)\">" + texts.map { "<li>\(escaped($0))</li>" }.joined() + "</ul>\n"
  }

  static let style = """
    :root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --soft: #454c54; --faint: #6a737d; --line: #d5d9de;
      --rule: #eceef1; --link: #005b8f; --bad: #fdf3ec; --care: #fdf8e6; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e4e8ec; --paper: #15181c; --soft: #b6bec7;
      --faint: #949da7; --line: #3a424b; --rule: #262c33; --link: #7cc0ec; --bad: #33231a; --care: #322b14; }
      figure svg { background: #fff; border-radius: 6px; } }
    * { box-sizing: border-box; }
    body { font: 15px/1.45 Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif; color: var(--ink);
      background: var(--paper); max-width: 1180px; margin: 0 auto; padding: 24px 20px 60px; overflow-wrap: anywhere; }
    h1 { font-size: 26px; margin: 0 0 2px; } h2 { font-size: 20px; margin: 44px 0 4px; padding-top: 10px;
      border-top: 2px solid var(--ink); } h2 small { font-weight: 400; color: var(--faint); font-size: 14px; }
    p.lead { margin: 2px 0 12px; color: var(--soft); }
    .pill { display: inline-block; border-radius: 10px; padding: 1px 10px; font-size: 13px; font-weight: 600;
      vertical-align: 4px; margin-left: 8px; border: 1px solid; }
    .succeeded { color: #00664a; background: #e3f3ec; } .failed { color: #9c3d00; background: #fbe3d6; }
    .cancelled { color: #454c54; background: #eceef1; }
    nav { font-size: 13px; margin: 8px 0; }
    a { color: var(--link); } nav a { display: inline-block; margin-right: 12px; text-decoration: none; }
    .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(176px, 1fr)); gap: 10px;
      margin: 16px 0; }
    .card { border: 1px solid var(--line); border-radius: 6px; padding: 8px 12px; }
    .card b { display: block; font-size: 21px; font-weight: 600; }
    .card span { color: var(--soft); font-size: 13px; }
    .flow { display: flex; flex-wrap: wrap; gap: 14px 20px; align-items: flex-start; }
    .flow > * { min-width: 0; max-width: 100%; }
    figure { margin: 14px 0 6px; break-inside: avoid; max-width: 100%; }
    figure svg { max-width: 100%; height: auto; display: block; }
    figcaption { font-size: 13px; color: var(--soft); max-width: 760px; padding-left: 8px; }
    .figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(345px, 100%), 376px)); gap: 0 6px;
      align-items: start; } .figures figure { min-width: 0; }
    .scroll { overflow-x: auto; max-width: 100%; }
    table { border-collapse: collapse; font-size: 13px; margin: 10px 0; break-inside: avoid; overflow-wrap: normal; }
    th { text-align: left; font-weight: 600; border-bottom: 1px solid var(--faint); }
    th, td { padding: 3px 14px 3px 0; vertical-align: top; } td { border-bottom: 1px solid var(--rule); }
    .n { text-align: right; font-variant-numeric: tabular-nums; }
    td.n { white-space: nowrap; } code, pre { font: 12px ui-monospace, Menlo, DejaVu Sans Mono, monospace; }
    pre { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; padding: 10px 12px; }
    details { margin: 6px 0; } summary { font-size: 13px; color: var(--link); cursor: pointer; }
    .problems, .warnings { border-left: 4px solid #d55e00; background: var(--bad); margin: 10px 0;
      padding: 8px 12px 8px 28px; font-size: 14px; }
    .warnings { border-left-color: #e0a800; background: var(--care); }
    .note { color: var(--faint); }
    @media (max-width: 520px) { body { padding: 14px 12px 40px; } .cards { grid-template-columns: 1fr 1fr; }
      figure.wide { overflow-x: auto; } figure.wide svg { max-width: none; }
      .settings thead { display: none; } .settings, .settings tbody { display: block; }
      .settings tr { display: grid; grid-template-columns: max-content minmax(0, 1fr); }
      .settings td { border: 0; padding-bottom: 0; } .settings td:nth-child(3) { grid-column: 1 / -1; }
      .settings tr { border-bottom: 1px solid var(--rule); padding-bottom: 3px; } }
    @media print { body { max-width: none; padding: 0; font-size: 12px; } nav { display: none; }
      h2 { break-after: avoid; } }
    """
}

struct CaptionedFigure {
  var drawing: Figure
  var caption: String
}
