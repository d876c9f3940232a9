import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Certificate {
  readonly key: string;
  /** Signed by itself, so it is its own authority. */
  readonly certificate: string;
}

/** Makes a certificate for an address by the `openssl` of this machine; undefined where there is none. */
export function makeCertificate(address: string): Certificate | undefined {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-cert-"));
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const subject = ["-subj", "/CN=holdfast test", "-addext", `subjectAltName=IP:${address}`];
  try {
    const given = ["req", "-x509", ...kind, ...subject, "-keyout", key, "-out", certificate];
    execFileSync("openssl", given, { stdio: "ignore" });
    return { key: readFileSync(key, "utf8"), certificate: readFileSync(certificate, "utf8") };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
