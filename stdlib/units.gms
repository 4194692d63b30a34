// Units. Values are stored in base units: those without a right side. Energies are stored in eV and lengths in angstrom, so
// that quantities of atoms keep their digits in f32.

/// Angle.
unit rad
unit deg  = 0.017453292519943295 rad
unit turn = 6.283185307179586 rad

/// Length.
unit angstrom
unit bohr = 0.529177210903 angstrom
unit pm   = 0.01 angstrom
unit nm   = 10 angstrom
unit um   = 1e4 angstrom
unit mm   = 1e7 angstrom
unit cm   = 1e8 angstrom
unit m    = 1e10 angstrom
unit km   = 1e13 angstrom

/// Time.
unit s
unit fs  = 1e-15 s
unit ps  = 1e-12 s
unit ns  = 1e-9 s
unit us  = 1e-6 s
unit ms  = 0.001 s
unit min = 60 s
unit h   = 3600 s
unit Hz  = 1 / 1 s
unit kHz = 1000 Hz
unit MHz = 1e6 Hz
unit GHz = 1e9 Hz

/// Energy.
unit eV
unit meV     = 0.001 eV
unit hartree = 27.211386245988 eV
unit Ha      = 27.211386245988 eV
unit mHa     = 0.027211386245988 eV
unit Ry      = 13.605693122994 eV
unit J       = 6.241509074460763e18 eV
unit kJ      = 6.241509074460763e21 eV
unit kcal    = 2.611447396754383e22 eV
/// Amount: energies per mole are written kJ/mol, and a mole is a number.
unit mol     = 6.02214076e23

/// Pressure, power, mass, force.
unit Pa  = 1 J/m^3
unit GPa = 1e9 Pa
unit W   = 1 J/s
unit kg  = 1 J*s^2/m^2
unit g   = 0.001 kg
unit dalton = 1.66053906660e-27 kg
unit N   = 1 J/m

/// Temperature.
unit K

/// Charge.
unit e
unit C = 6.241509074460763e18 e

/// Pixels.
unit px

/// Level: only compared and scaled.
unit dB

/// Data.
unit byte
unit kB = 1000 byte
unit MB = 1e6 byte
unit GB = 1e9 byte

/// Floating-point operations.
unit FLOPs
unit MFLOPs = 1e6 FLOPs
unit GFLOPs = 1e9 FLOPs
unit TFLOPs = 1e12 FLOPs

/// What is counted.
unit epochs
unit steps
unit trials

/// Powers of ten.
unit k = 1000
unit M = 1_000_000
unit G = 1_000_000_000
