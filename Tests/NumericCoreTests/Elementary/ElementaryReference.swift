// numeric table: arguments and values rounded to double from 300 bits (mpmath).

enum ElementaryReference {
  static let exp: [(Double, Double)] = [
    (0x1p0, 0x1.5bf0a8b145769p1), (-0x1p0, 0x1.78b56362cef38p-2),
    (0x1p-1, 0x1.a61298e1e069cp0), (-0x1.7433333333333p9, Double(bitPattern: 0x1)),
    (-0x1.624cccccccccdp9, Double(bitPattern: 0xd0d8838ef6115)), (-0x1.72p9, Double(bitPattern: 0x55)),
    (0x1.62d999999999ap9, 0x1.d75ae7a50ee14p1023), (0x1.b7cdfd9d7bdbbp-34, 0x1.000000006df38p0),
    (0x1.3aa0dad1be0ep0, 0x1.b57cb263c489ap1), (0x1.357cc2b95d9d4p1, 0x1.671a0cc799855p3),
    (0x1.79d9070e78b3ep1, 0x1.32499d1a93229p4), (0x1.1b2b0df35225p2, 0x1.4de29bf9f7025p6),
    (0x1.3311f7085337cp1, 0x1.6062518592256p3), (0x1.0e49ba3a67374p2, 0x1.110511c05c2a9p6),
    (-0x1.2d6fc88cc5abbp2, 0x1.27157fa9f030bp-7), (-0x1.6006261ec5e7p-2, 0x1.6b0dc913a4edcp-1),
    (0x1.1bbf9083ec992p2, 0x1.50ece6cc85286p6), (0x1.7d5ff69097d14p0, 0x1.1be6e04a71b07p2),
    (0x1.0093895c8c50ap2, 0x1.b8bc761ed4925p5), (-0x1.ef18ab6483584p1, 0x1.5672b80cf07c7p-6),
    (-0x1.3cbba2a863cbp-2, 0x1.77c8c2d19f72dp-1), (-0x1.446303a31427ep1, 0x1.44e47dbe9a083p-4),
  ]

  static let expm1: [(Double, Double)] = [
    (0x1p0, 0x1.b7e151628aed3p0), (-0x1p0, -0x1.43a54e4e98864p-1),
    (0x1.56e1fc2f8f359p-997, 0x1.56e1fc2f8f359p-997), (0x1.19799812dea11p-40, 0x1.19799812df3bdp-40),
    (-0x1.4f8b588e368f1p-17, -0x1.4f8aea9acf2c9p-17), (0x1.ep4, 0x1.370470aec26edp43),
    (-0x1.4p4, -0x1.ffffffee4b79bp-1), (0x1.5ep9, 0x1.d945df4f8ec8ep1009),
    (0x1.5c28f5c28f5c3p-2, 0x1.9eaa94c8422f5p-2), (0x1.0cdde14e50fb8p-2, 0x1.3377aafe2a92ap-2),
    (0x1.c64b6ebf7c6ap-2, 0x1.1de40bd0ba7a4p-1), (-0x1.75eda539ce6dep1, -0x1.e46c17b7f72f5p-1),
    (-0x1.b31a5ff1a28f5p0, -0x1.a26e3bac73b0cp-1), (-0x1.52b70fdd0a9e2p0, -0x1.77a69e970a5e6p-1),
    (0x1.3fc0d4b346accp1, 0x1.6516c953af018p3), (0x1.98277fcac59f4p0, 0x1.f66afd2efb278p1),
    (-0x1.056c88f6daebcp1, -0x1.bd954d31688dcp-1), (0x1.c86af38dcf96cp0, 0x1.3c9b2a9d2d93ap2),
    (-0x1.156d3724add8ap1, -0x1.c5637b9a423bbp-1), (0x1.68d06baad1208p-1, 0x1.05f5097eaa578p0),
    (-0x1.1eb1ead34e0c8p1, -0x1.c97b8b4db5bf8p-1), (-0x1.7ea30c42a7d6dp1, -0x1.e63c71e015126p-1),
    (0x1.1d3d24e082934p1, 0x1.0920dedf2c111p3),
  ]

  static let log: [(Double, Double)] = [
    (0x1p1, 0x1.62e42fefa39efp-1), (0x1.4p3, 0x1.26bb1bbb55516p1),
    (0x1.999999999999ap-4, -0x1.26bb1bbb55515p1), (Double(bitPattern: 0x2788), -0x1.6f9be0f7cee66p9),
    (0x1.e42d130773b76p1023, 0x1.62dd08fdc6f88p9), (0x1.0000000000001p0, 0x1.fffffffffffffp-53),
    (0x1.fffffffffffffp-1, -0x1p-53), (0x1.f75104d551d69p-16, -0x1.4d420db4d09fap3),
    (0x1.a0dcccea43d6bp-1, -0x1.a500ef5be897ep-3), (0x1.a57d525c2c155p-1, -0x1.8e65922f197dbp-3),
    (0x1.f93fecb7f60b4p0, 0x1.5c189e8316f6ep-1), (0x1.cf012c47fdc2ep0, 0x1.2f63f5a41679ap-1),
    (0x1.de2fb5de1c4bbp-1, -0x1.17dafc62d864bp-4), (0x1.f13521d98bf3bp0, 0x1.53e189cd1dc28p-1),
    (0x1.4f0fd2ea0dbfep0, 0x1.1398cd83d6054p-2), (0x1.8449727e08f9p0, 0x1.aa908e65c2283p-2),
    (0x1.9d454a7170b06p-1, -0x1.b6b9f5cb5aaf6p-3), (0x1.e955b46e7da02p0, 0x1.4bb58b1e3e7e2p-1),
    (0x1.8934dd89733fep0, 0x1.b7750f85b1a6cp-2), (0x1.f329235e531acp0, 0x1.55e36949846dbp-1),
    (0x1.d73261c2650cep0, 0x1.385ed17664d9cp-1), (0x1.e57849a2121cp-1, -0x1.b3dffce159bc2p-5),
  ]

  static let log1p: [(Double, Double)] = [
    (0x1p0, 0x1.62e42fefa39efp-1), (-0x1p-1, -0x1.62e42fefa39efp-1),
    (-0x1.fffffffffffffp-1, -0x1.25e4f7b2737fap5), (0x1.56e1fc2f8f359p-997, 0x1.56e1fc2f8f359p-997),
    (0x1.19799812dea11p-40, 0x1.19799812de065p-40), (-0x1.4f8b588e368f1p-17, -0x1.4f8bc681e6006p-17),
    (0x1.5af1d78b58c4p66, 0x1.7069e2aa2aa5bp5), (0x1.7e43c8800759cp996, 0x1.5963447f87fb5p9),
    (0x1.046c8f4df5f17p-1, 0x1.a513fe0347e99p-2), (-0x1.02d67ff9a6fdap-2, -0x1.2a6097009a7cep-2),
    (-0x1.53b990091ae6ep-2, -0x1.9cc950d63b331p-2), (-0x1.4abaa11391b2p-1, -0x1.09d01955539eap0),
    (0x1.19e85f580bd5ep-2, 0x1.f20950ee8e87fp-3), (0x1.73beb9b926828p0, 0x1.cb3de600b1872p-1),
    (-0x1.c60b6a11a4c6ap-1, -0x1.16de065174f79p1), (0x1.be7316051e342p0, 0x1.0267c92b9e442p0),
    (0x1.abd32d14288d2p-2, 0x1.657bba31abeap-2), (0x1.3c3f7ca497656p-2, 0x1.1398f2f128c07p-2),
    (0x1.25677b264c649p1, 0x1.310a39631fbc9p0), (0x1.f326e8baa05abp-1, 0x1.5c6d3cdb2fb2ep-1),
    (0x1.538d251c3d21ep-2, 0x1.253fc3b3280e8p-2), (0x1.f418ccb5f210dp-1, 0x1.5ce7a99e5ce79p-1),
  ]

  static let log10: [(Double, Double)] = [
    (0x1p1, 0x1.34413509f79ffp-2), (0x1.8p1, 0x1.e8927964fd5fdp-2),
    (Double(bitPattern: 0x7e8), -0x1.400000511df19p8), (0x1p-1, -0x1.34413509f79ffp-2),
    (0x1.f4p9, 0x1.8p1), (0x1.0624dd2f1a9fcp-10, -0x1.8p1),
    (0x1.19de1e8cce564p6, 0x1.d9158fafdf40bp0), (0x1.6cce52acf2098p2, 0x1.8302f51623274p-1),
    (0x1.860a31fcf359ep6, 0x1.fd3250115f262p0), (0x1.24ade0aec0b3bp1, 0x1.6fcd618ab1975p-2),
    (0x1.2beb02a1e1d8p6, 0x1.dffc3c32a9f4cp0), (0x1.51f3cd9636f6dp6, 0x1.ed427811d461cp0),
    (0x1.ce87665d02cfep0, 0x1.0710824481004p-2), (0x1.3b1866fef0fd1p6, 0x1.e57949d2aa8dep0),
    (0x1.24f294a5a2f45p5, 0x1.904ea3769942ep0), (0x1.ced0a7fc1f97cp5, 0x1.c3273d553df26p0),
    (0x1.d0d03b520ffacp-1, -0x1.57fe2c56fc6a4p-5), (0x1.2b0db61634e3ap2, 0x1.56d1bf8e3b0aap-1),
    (0x1.21789f4cbe1b4p4, 0x1.41ea8f550fe5bp0), (0x1.7e126bf5b83fdp6, 0x1.fae6dcaced3e6p0),
  ]

  static let pow10: [(Double, Double)] = [
    (0x1p-1, 0x1.94c583ada5b53p1), (-0x1p-1, 0x1.43d136248490fp-2),
    (0x1.8p1, 0x1.f4p9), (-0x1.8p1, 0x1.0624dd2f1a9fcp-10),
    (0x1.3433333333333p8, 0x1.c3647f1d600b6p1023),
    (-0x1.33e6666666666p8, Double(bitPattern: 0x90d7a3a04564b)),
    (-0x1.431999999999ap8, Double(bitPattern: 0x2)), (0x1.19799812dea11p-40, 0x1.0000000002882p0),
    (-0x1.d22488e925e6ep1, 0x1.de824298c5456p-13), (0x1.88cfa62f3fa84p1, 0x1.24f057d862b0cp10),
    (0x1.49f9ac4eabdd2p2, 0x1.17a2f25b97a0ep17), (0x1.537d5a6c5f28ap2, 0x1.89c838fb1bb94p17),
    (-0x1.de0f1f3b33978p0, 0x1.bca9e9326208ep-7), (-0x1.be13452932eep0, 0x1.2870eb352be7ap-6),
    (0x1.2f8935815f84p-2, 0x1.fa9897d5b9a9fp0), (0x1.a75383d8ddfdcp1, 0x1.fb324902905bap10),
    (-0x1.2d03f10761f9cp2, 0x1.4c2a544592493p-16), (0x1.7d8a1715f3148p1, 0x1.de59dad808db2p9),
    (0x1.c88a490685648p1, 0x1.ccecc46f93b77p11), (0x1.143ec7dc67262p2, 0x1.43b4f27d921ffp14),
    (-0x1.63ddf0366f2a4p2, 0x1.714ee026bac33p-19), (0x1.565fe1fdebb88p2, 0x1.b4d9944acb1b8p17),
  ]

  static let sin: [(Double, Double)] = [
    (0x1p0, 0x1.aed548f090ceep-1), (-0x1.921fb54442d18p1, -0x1.1a62633145c07p-53),
    (0x1.6ac5b262ca1ffp849, 0x1p0), (0x1.0f0cf064dd592p73, -0x1.b453ab76bf397p-1),
    (0x1.e42d130773b76p1023, -0x1.30c567d277075p-1), (0x1.12e0be826d695p-30, 0x1.12e0be826d695p-30),
    (0x1.921fb54442d18p-1, 0x1.6a09e667f3bccp-1), (-0x1.05a5174f5242ap3, -0x1.e59dff306186ep-1),
    (-0x1.97b4485be0dep1, 0x1.6507d02eaad3ap-5), (0x1.1bb7ef740a478p1, 0x1.98e8200a36ed1p-1),
    (0x1.0b93678bdb0bep3, 0x1.bf674732960adp-1), (-0x1.99b41fe7c8978p1, 0x1.e4d217cb75c7dp-5),
    (0x1.0f7c89b83562cp3, 0x1.9db80a34b268bp-1), (0x1.ce466275da97p-1, 0x1.91fa823adc0f2p-1),
    (-0x1.e02086a47daep1, 0x1.250e67f805924p-1), (-0x1.d4fdf61e06778p1, 0x1.fef17d6af8f21p-2),
    (-0x1.9cd41520323b9p2, -0x1.54f3ae48b152p-3), (-0x1.0df4544ddb049p3, -0x1.abae32f0dc7abp-1),
    (-0x1.c172eb4c9e4f2p2, -0x1.59076248448b6p-1), (0x1.e4497522fa26p1, -0x1.328b1d9c2bca9p-1),
    (0x1.3de7b8a6b418ap3, -0x1.f3ad712a85064p-2),
  ]

  static let cos: [(Double, Double)] = [
    (0x1p0, 0x1.14a280fb5068cp-1), (0x1.921fb54442d18p0, 0x1.1a62633145c07p-54),
    (0x1.6ac5b262ca1ffp849, -0x1.14ae72e6ba22fp-61), (0x1.0f0cf064dd592p73, 0x1.0be2cef01c8f4p-1),
    (0x1.e42d130773b76p1023, 0x1.9b6913f41bde3p-1), (0x1.4f8b588e368f1p-17, 0x1.ffffffff920c8p-1),
    (0x1.921fb54442d18p-1, 0x1.6a09e667f3bcdp-1), (-0x1.b13e066cc786p2, 0x1.c4a925b3c40b8p-1),
    (-0x1.20ed36a985f9cp3, -0x1.d8698b407dc94p-1), (0x1.377cc8300d4bcp3, -0x1.e7b80b9ab3334p-1),
    (0x1.575ad39e377bp-1, 0x1.911f02c42a2fbp-1), (-0x1.e1da73eba18c8p0, -0x1.39c9833ed83p-2),
    (-0x1.50358aa982b96p2, 0x1.079f9e67f335dp-1), (0x1.e1138a5c0d95p0, -0x1.36d3c57456281p-2),
    (0x1.a1a88368088ep2, 0x1.f0fdd714a1dd6p-1), (-0x1.c5fd46bec352p-1, 0x1.4392298a8b7eap-1),
    (-0x1.909a4ba2cc24p0, 0x1.85690b49d5e5bp-8), (-0x1.1c58ed61ad0b2p3, -0x1.b76e220e632d7p-1),
    (0x1.0a48cd5310e2p3, -0x1.cd6299a57eb07p-2), (-0x1.2b0ef48fdde9ap3, -0x1.fe651b4bdea63p-1),
    (-0x1.079c4550f8a8p-3, 0x1.fbc3b5b734dbep-1),
  ]

  static let atan: [(Double, Double)] = [
    (0x1p0, 0x1.921fb54442d18p-1), (-0x1p0, -0x1.921fb54442d18p-1),
    (0x1.12e0be826d695p-30, 0x1.12e0be826d695p-30), (0x1.7e43c8800759cp996, 0x1.921fb54442d18p0),
    (0x1p-1, 0x1.dac670561bb4fp-2), (0x1.8p1, 0x1.3fc176b7a856p0),
    (0x1.5a8d349a80f04p1, 0x1.378c58f0204a5p0), (-0x1.7a4b610264bfp1, -0x1.3e9961d7d4924p0),
    (0x1.da72e090656c8p0, 0x1.13744ba5b2e2dp0), (0x1.cc97fe90fed6p1, 0x1.4cbb5deb4cd0cp0),
    (0x1.0b0ec8e580c34p0, 0x1.9cf23c53f973cp-1), (0x1.26ebf9b4f822p1, 0x1.294c0303a0996p0),
    (-0x1.92cf6cea6414p1, -0x1.435bd2592f9edp0), (-0x1.0c0fdb4106748p-1, -0x1.ede4517850001p-2),
    (-0x1.672c3a787a346p1, -0x1.3a7bf696d4d78p0), (0x1.6101ec35d7b8ep1, 0x1.3912be8f05359p0),
    (-0x1.a4391edbda28cp0, -0x1.060d3c13f169fp0), (-0x1.7fc1444fde5cp-2, -0x1.6f2a9348c628ep-2),
    (0x1.ff487c4f6955p1, 0x1.53532b0149aabp0), (0x1.68b4ec95ab4aap1, 0x1.3ad422a8e2fd3p0),
  ]

  /// x, y, x^y.
  static let pow: [(Double, Double, Double)] = [
    (0x1p1, 0x1p-1, 0x1.6a09e667f3bcdp0),
    (0x1.4p3, -0x1.8p1, 0x1.0624dd2f1a9fcp-10),
    (-0x1p1, 0x1.8p1, -0x1p3),
    (-0x1p1, -0x1p2, 0x1p-4),
    (0x1.0000000000001p0, 0x1.c6bf52634p49, 0x1.3fa60615291eep0),
    (0x1.3333333333333p-2, 0x1.2cp9, Double(bitPattern: 0xe212a1da)),
    (0x1.cp2, 0x1.5555555555555p-2, 0x1.e9b5dba58189dp0),
    (0x1.56e1fc2f8f359p-997, 0x1.0f5c28f5c28f6p0, Double(bitPattern: 0x316a2)),
    (0x1.86ap16, 0x1.ecp5, 0x1.68423588e3be1p1021),
    (0x1.fffffffffffffp-1, -0x1.1c37937e08p53, 0x1.847c089d2b399p1),
    (0x1.86672cd61c167p5, -0x1.7c99b428d355p-1, 0x1.c748f9b756408p-5),
    (0x1.8686f680e2478p4, 0x1.d606ba5154ef4p1, 0x1.e647af313ce42p16),
    (0x1.7f3be4cf674f4p4, -0x1.abfc5587a8c88p1, 0x1.99e9f86a4029cp-16),
    (0x1.4308127e2fa0bp4, -0x1.69fa3c71979f6p2, 0x1.64ba2269e3784p-25),
    (0x1.2d99c0ce349bap4, 0x1.f41be7c41071cp2, 0x1.134b9db76aa57p33),
    (0x1.7fed257ef8459p5, 0x1.040635efe8b38p1, 0x1.4525d0e231e3cp11),
    (0x1.8f753ce6c7a7p4, -0x1.4acba5d1e3a3p1, 0x1.00aab7b52856fp-12),
    (0x1.1d3d5f14beab9p2, -0x1.d24f107c1d3dp1, 0x1.1b2a20f07ab97p-8),
    (0x1.38cebe1d67afcp5, 0x1.78343f405c8d8p2, 0x1.10937bd13c9b6p31),
    (0x1.210f9cce4f95cp4, 0x1.24e31a65c7888p2, 0x1.13c70ef5abdfp19),
    (0x1.35f5908bc8f1dp5, 0x1.8e88bd96655fp1, 0x1.58254f4b8a074p16),
    (0x1.099b7d1fb746fp5, 0x1.09debca72125cp2, 0x1.fd224ce7185bp20),
    (0x1.22bed33bee726p4, 0x1.a2c0f1ab1634p1, 0x1.9c11c98536125p13),
    (0x1.c15d00870be73p3, -0x1.d5110bc323ccp-3, 0x1.178d52a356e8ap-1),
  ]

  /// y, x, the angle.
  static let atan2: [(Double, Double, Double)] = [
    (0x1p0, -0x1p0, 0x1.2d97c7f3321d2p1),
    (-0x1p0, -0x1p0, -0x1.2d97c7f3321d2p1),
    (Double(bitPattern: 0x7e8), Double(bitPattern: 0x12688b70e62b), 0x1.b7ccbcbbca855p-34),
    (0x1.1ccf385ebc8ap1023, 0x1.ab36d48e1acfp1023, 0x1.2d0ead6066395p-1),
    (0x1.56e1fc2f8f359p-997, 0x1.7e43c8800759cp996, 0.0),
    (-0x1.8p1, 0x1.87e92154ef7acp-665, -0x1.921fb54442d18p0),
    (0x1.87e92154ef7acp-665, -0x1p1, 0x1.921fb54442d18p1),
    (0x1.9e5505bc57facp0, 0x1.25323b89781bcp0, 0x1.e8f10c8c03f84p-1),
    (-0x1.3ca4ac88472b1p0, 0x1.562e36a0a5a4cp1, -0x1.bbc0ab269b6fep-2),
    (0x1.cbdab24499f3p-1, 0x1.ef94828e33048p-2, 0x1.13994d1d1729ap0),
    (-0x1.771b267277824p1, 0x1.20b6485236f48p-2, -0x1.7991d3e57372fp0),
    (-0x1.7eefc8016d1f1p0, 0x1.07a4be748c2b8p0, -0x1.ef8962bafd5f9p-1),
    (-0x1.c767dc445cccp-3, 0x1.e66b83201129p0, -0x1.dd2f23ba2cf27p-4),
    (0x1.c4ed2182ad52cp-1, 0x1.c92748c47629p0, 0x1.d6fb0f56c8923p-2),
    (-0x1.d34c7d96d4eep-1, 0x1.ba8fcf84b4138p-1, -0x1.a00a60fd8aafap-1),
    (0x1.6d4d853400bfp0, 0x1.f819090e6d11cp0, 0x1.4111e33d28941p-1),
    (-0x1.cca94a9dd2f48p-1, 0x1.0754deb08eb26p1, -0x1.a62ba53a81fb3p-2),
    (0x1.1c1782f33ab0cp1, 0x1.21491ad65bc94p0, 0x1.19909ae59ca75p0),
    (0x1.6da96e62f86a2p1, 0x1.5e9acaa018b8ap1, 0x1.9ce2aaca5f41dp-1),
    (0x1.bdcb6db3c9d4p-4, 0x1.6887e9e19838p-3, 0x1.1b8257d84fc7ep-1),
    (-0x1.0061224cede63p1, 0x1.02863d82c139p1, -0x1.8ffdb39e290b1p-1),
  ]
}
