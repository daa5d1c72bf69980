/**
 * Letters, digits, marks and signs that Unicode assigned after version 14, up to version 17.
 *
 * Normal forms and classes of older characters never change, so that every browser and every Python that publishes
 * treats them alike. Of these here they may know nothing, or something: a text with one of them is not judged.
 */
const RANGES = [
  "88f 897 c5c cdc cf3 ece 1acf-1add 1ae0-1aeb 1b4e-1b4f 1b7f 1c89-1c8a a7cb-a7cf a7d2 a7d4 a7da-a7dc",
  "a7f1 105c0-105f3 10940-10959 10d40-10d65 10d69-10d85 10ec2-10ec7 10ed0 10efa-10eff 1123f-11241",
  "11380-11389 1138b 1138e 11390-113b5 113b7-113c0 113c2 113c5 113c7-113ca 113cc-113d5 113d7-113d8",
  "113e1-113e2 116d0-116e3 11b00-11b09 11b60-11b67 11bc0-11be1 11bf0-11bf9 11db0-11ddb 11de0-11de9",
  "11f00-11f10 11f12-11f3a 11f3e-11f5a 1342f 13440-13455 13460-143fa 16100-16139 16d40-16d79",
  "16ea0-16eb8 16ebb-16ed3 16ff2-16ff6 187f8-187ff 18cff 18d09-18d1e 18d80-18df2 1b132 1b155",
  "1ccd6-1ccf9 1d2c0-1d2d3 1df25-1df2a 1e030-1e06d 1e08f 1e4d0-1e4f9 1e5d0-1e5fa 1e5ff 1e6c0-1e6de",
  "1e6e0-1e6f5 1e6fe-1e6ff 2b739-2b73f 2cea2-2cead 2ebf0-2ee5d 31350-33479",
].join(" ");

const SOURCE = RANGES.replace(/[0-9a-f]+/g, (code) => `\\u{${code}}`).replaceAll(" ", "");

export const NEWER = new RegExp(`[${SOURCE}]`, "u");
