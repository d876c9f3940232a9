/** Certificates as X.509 has them, written out by hand: none of the programs that make them is on every machine. */
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

export interface Certificate {
  readonly key: string;
  /** Signed by itself, so it is its own authority. */
  readonly certificate: string;
}

export interface Validity {
  /** @default yesterday */
  readonly from?: Date;
  /** @default tomorrow */
  readonly until?: Date;
}

const dayMs = 86_400_000;
/** The kinds of values, by their numbers in DER. */
const kinds = {
  boolean: 1,
  integer: 2,
  bits: 3,
  octets: 4,
  oid: 6,
  text: 12,
  time: 23,
  sequence: 48,
  set: 49,
} as const;
const tags = { ...kinds, version: 0xa0, extensions: 0xa3, address: 0x87 } as const;
/** Names of things, by their numbers in the world's register. */
const oids = {
  ecdsaWithSha256: "2a8648ce3d040302",
  commonName: "550403",
  alternativeNames: "551d11",
  basicConstraints: "551d13",
} as const;

/** Makes a certificate for an IPv4 address, and the key to it. */
export function makeCertificate(address: string, validity: Validity = {}): Certificate {
  const { from = new Date(Date.now() - dayMs), until = new Date(Date.now() + dayMs) } = validity;
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = sequence(oid("ecdsaWithSha256"));
  const name = sequence(value("set", sequence(oid("commonName"), value("text", Buffer.from("holdfast test")))));
  const named = value("address", Buffer.from(address.split(".").map(Number)));
  const isAuthority = sequence(value("boolean", Buffer.of(0xff)));
  const content = sequence(
    value("version", value("integer", Buffer.of(2))),
    value("integer", Buffer.concat([Buffer.of(1), randomBytes(8)])),
    algorithm,
    name,
    sequence(time(from), time(until)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    value(
      "extensions",
      sequence(
        sequence(oid("basicConstraints"), value("boolean", Buffer.of(0xff)), value("octets", isAuthority)),
        sequence(oid("alternativeNames"), value("octets", sequence(named))),
      ),
    ),
  );
  const signature = value("bits", Buffer.concat([Buffer.of(0), sign("sha256", content, privateKey)]));
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificate: pem(sequence(content, algorithm, signature)),
  };
}

function value(tag: keyof typeof tags, content: Buffer): Buffer {
  return Buffer.concat([Buffer.of(tags[tag]), length(content.length), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return value("sequence", Buffer.concat(parts));
}

function oid(name: keyof typeof oids): Buffer {
  return value("oid", Buffer.from(oids[name], "hex"));
}

/** With two digits for the year, as it is until 2049. */
function time(at: Date): Buffer {
  return value("time", Buffer.from(`${at.toISOString().replace(/\D/g, "").slice(2, 14)}Z`));
}

/** Below 128 as itself, else how many bytes it takes and those. */
function length(bytes: number): Buffer {
  return bytes < 128 ? Buffer.of(bytes) : Buffer.of(0x82, bytes >> 8, bytes & 0xff);
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
