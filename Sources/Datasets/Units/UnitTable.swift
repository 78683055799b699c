/// Every unit that is known. The manual's page *Units and formats* lists them, and a test compares the two.
enum UnitTable {
  struct Row {
    var unit: FileUnit
    /// Spellings in lower case, without blanks, dots, stars, underscores and brackets.
    var names: String

    init(_ unit: FileUnit, _ names: String) { (self.unit, self.names) = (unit, names) }
  }

  static let all: [String: FileUnit] = {
    var result: [String: FileUnit] = [:]
    for row in rows {
      for name in row.names.split(separator: " ") { result[String(name)] = row.unit }
    }
    return result
  }()

  /// Spellings that mean something else in lower case.
  static let byCase: [String: FileUnit] = [
    "Mm": FileUnit(.length, times: 1e6), "E": FileUnit(.gradient), "T": FileUnit(.magnetism),
    "K": FileUnit(.temperature), "C": FileUnit(.temperature), "MPa": FileUnit(.pressure),
    "NM": FileUnit(.length, times: 1852), "'": FileUnit(.length, times: 0.3048),
    "Mg/m3": FileUnit(.density, times: 1000), "Mg m-3": FileUnit(.density, times: 1000),
    "Mg/m^3": FileUnit(.density, times: 1000), "Mg m^-3": FileUnit(.density, times: 1000),
  ]

  static let rows = lengths + accelerations + densities + angles + plain + others

  private static let lengths: [Row] = [
    Row(
      FileUnit(.length),
      "m meter meters metre metres mtr mtrs masl mamsl mmsl mabovesealevel mabovemeansealevel"),
    Row(FileUnit(.length, times: 1000), "km kms kilometer kilometers kilometre kilometres"),
    Row(FileUnit(.length, times: 100), "hm hectometer hectometers hectometre hectometres"),
    Row(FileUnit(.length, times: 10), "dam decameter decameters decametre decametres dekameter dekameters"),
    Row(FileUnit(.length, over: 10), "dm decimeter decimeters decimetre decimetres"),
    Row(FileUnit(.length, over: 100), "cm centimeter centimeters centimetre centimetres"),
    Row(FileUnit(.length, over: 1000), "mm millimeter millimeters millimetre millimetres"),
    Row(FileUnit(.length, over: 1e6), "um micron microns micrometer micrometers micrometre micrometres"),
    Row(
      FileUnit(.length, times: 0.3048),
      "ft foot feet internationalfoot internationalfeet ftint footinternational"),
    Row(
      FileUnit(.length, times: 1200, over: 3937),
      "ussurveyfoot ussurveyfeet us-ft usft ftus surveyfoot surveyfeet footus feetus ussurveyft sft "
        + "us-survey-foot us-survey-feet surveyft ft-us footussurvey ussft"),
    Row(FileUnit(.length, times: 304.8), "kft kilofoot kilofeet"),
    Row(FileUnit(.length, times: 0.0254), "in inch inches"),
    Row(FileUnit(.length, times: 0.9144), "yd yard yards"),
    Row(FileUnit(.length, times: 1.8288), "fathom fathoms fath fth ftm"),
    Row(FileUnit(.length, times: 1609.344), "mi mile miles statutemile statutemiles"),
    Row(FileUnit(.length, times: 1852), "nmi nauticalmile nauticalmiles"),
  ]

  private static let accelerations: [Row] = [
    Row(FileUnit(.acceleration), "mgal mgals milligal milligals"),
    Row(FileUnit(.acceleration, over: 1000), "ugal ugals microgal microgals"),
    Row(FileUnit(.acceleration, over: 1e6), "ngal nanogal nanogals"),
    Row(FileUnit(.acceleration, times: 1000), "gal gals cm/s2 cms-2 cm/s/s cm/sec2 galileo"),
    Row(FileUnit(.acceleration, times: 100), "mm/s2 mms-2"),
    Row(FileUnit(.acceleration, over: 10), "gu gravityunit gravityunits um/s2 ums-2 um/sec2"),
    Row(
      FileUnit(.acceleration, times: 1e5),
      "m/s2 ms-2 m/s/s m/sec2 msec-2 meter/second2 metre/second2 meterspersecondsquared n/kg nkg-1"),
    Row(FileUnit(.acceleration, over: 1e4), "nm/s2 nms-2"),
  ]

  private static let densities: [Row] = [
    Row(FileUnit(.density), "kg/m3 kgm-3 kg/m/m/m kilogramspercubicmeter kilogramspercubicmetre g/l"),
    Row(
      FileUnit(.density, times: 1000),
      "g/cm3 gcm-3 g/cc gm/cc gm/cm3 g/ml t/m3 tm-3 kg/l kg/dm3 gcc gmcc"),
    Row(FileUnit(.density, times: 0.45359237, over: 0.028316846592), "lb/ft3 lbm/ft3 lb/cuft pcf"),
  ]

  private static let angles: [Row] = [
    Row(
      FileUnit(.angle),
      "degree degrees deg degs ° º deg° decimaldegrees decimaldegree dd arcdegree arcdegrees angulardegree "
        + "degreeeast degreeseast degreee degreese dege degeast °e "
        + "degreenorth degreesnorth degreen degreesn degn degnorth °n degreetrue degreestrue dega"),
    Row(FileUnit(.angle, times: 180, over: .pi), "rad rads radian radians"),
    Row(FileUnit(.angle, times: 0.18, over: .pi), "mrad milliradian milliradians"),
    Row(FileUnit(.angle, times: 0.9), "gon gons grad grads gradian gradians grade grades"),
    Row(
      FileUnit(.angle, over: 60), "arcminute arcminutes arcmin arcmins minuteofarc minutesofarc minuteangle"),
    Row(
      FileUnit(.angle, over: 3600), "arcsecond arcseconds arcsec arcsecs secondofarc secondsofarc secondangle"
    ),
  ]

  private static let plain: [Row] = [
    Row(FileUnit(.plain), "1 - dimensionless unitless none nounit nounits nodim adimensional count counts"),
    Row(FileUnit(.plain, over: 100), "% percent"),
  ]

  private static let others: [Row] = [
    Row(
      FileUnit(.gradient),
      "eotvos eötvös eotvoes eu 1/s2 s-2 /s2 mgal/m mgalm-1 mgal/km mgalkm-1 ugal/m mgal/meter"),
    Row(
      FileUnit(.magnetism),
      "nt nanotesla nanoteslas ut microtesla mt tesla gamma gammas gauss nt/m nt/km ntm-1 a/m am-1"),
    Row(FileUnit(.velocity), "m/s ms-1 km/s kms-1 cm/s mm/yr mm/year cm/yr m/yr mm/a ft/s km/h kmh-1 knots"),
    Row(
      FileUnit(.temperature),
      "k kelvin degc °c celsius degreec degreesc degreecelsius degreescelsius degf °f fahrenheit degk"),
    Row(FileUnit(.pressure), "pa hpa kpa mpa gpa bar mbar dbar atm psi millibar millibars pascal n/m2"),
    Row(FileUnit(.potential), "m2/s2 m2s-2 j/kg jkg-1 v mv volt volts gpm"),
    Row(FileUnit(.heatFlow), "w/m2 wm-2 mw/m2 mwm-2 uw/m3 w/m/k"),
    Row(
      FileUnit(.time),
      "s sec second seconds h hour hours day days yr year years myr ma ms us ns minute minutes"),
    Row(FileUnit(.resistivity), "ohmm ohm-m ωm s/m sm-1 ms/m siemens/m"),
    Row(FileUnit(.mass), "kg g t lb kilogram kilograms gram kg/m2 kgm-2"),
  ]
}
