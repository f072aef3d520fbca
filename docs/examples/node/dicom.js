// A small DICOM file (PS3.10, explicit VR little endian) for tests, so that no package is needed.

const PREFIX = "2.25.1234567890";

function element(group, number, vr, value) {
  const padded = value.length % 2 ? value + (vr === "UI" ? "\0" : " ") : value;
  const head = Buffer.alloc(8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(number, 2);
  head.write(vr, 4, "latin1");
  head.writeUInt16LE(padded.length, 6);
  return Buffer.concat([head, Buffer.from(padded, "latin1")]);
}

/** The bytes of a file of this patient, one instance in one series in one study of it. */
export function dicomFile(patient, instance = 1) {
  const length = Buffer.from([0x02, 0, 0, 0, 0x55, 0x4c, 4, 0, 0, 0, 0, 0]);
  const syntax = element(0x0002, 0x0010, "UI", "1.2.840.10008.1.2.1");
  length.writeUInt32LE(syntax.length, 8);
  const number = [...patient].reduce((sum, sign) => sum * 31 + sign.charCodeAt(0), 7) % 1e9;
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from("DICM"),
    length,
    syntax,
    element(0x0008, 0x0016, "UI", "1.2.840.10008.5.1.4.1.1.7"),
    element(0x0008, 0x0018, "UI", `${PREFIX}.${number}.1.1.${instance}`),
    element(0x0008, 0x0060, "CS", "OT"),
    element(0x0010, 0x0020, "LO", patient),
    element(0x0011, 0x0010, "LO", "MYLAB"), // a modify writes into a block that a file has: it makes none
    element(0x0011, 0x1001, "LO", "none"),
    element(0x0020, 0x000d, "UI", `${PREFIX}.${number}.1`),
    element(0x0020, 0x000e, "UI", `${PREFIX}.${number}.1.1`),
  ]);
}
