/**
 * The fragment programs. `MEASURE` runs once for each 16-bit view: counts become density and material, as
 * parcelray.datasets.imaging has them. `PRESENT` runs for each frame: all tools, zoom, turn and magnifier in one pass.
 *
 * Density is `ln(air / counts)`, and of a picture that the scanner coloured itself `-ln(brightness)`. Averages (zooming
 * out, local contrast) are taken of density, and of material weighted with it: a thin edge of metal stays metal.
 */

/** One triangle that covers all there is to draw. */
export const COVER = `#version 300 es
void main() {
  gl_Position = vec4(vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0, 0.0, 1.0);
}`;

/** How many materials and thicknesses the step wedges of parcelray.datasets.imaging.palette have. */
export const WEDGE_MATERIALS = 6;
export const WEDGE_STEPS = 9;

const HEAD = `#version 300 es
precision highp float;
precision highp int;
`;

/** Of a pair: density as the palette's row has it, and that times the effective atomic number. Of one energy: density. */
export const MEASURE = `${HEAD}
precision highp usampler2D;
uniform usampler2D counts;
uniform bool dual;
uniform vec2 air;
uniform float maxAttenuation;
uniform float separation;
uniform float ratioSigma;
uniform int ratioReach;
uniform float sharpening;
uniform float minHigh;
uniform float maxExcess;
uniform float wedgeAttenuation[${WEDGE_STEPS}];
uniform float wedgeExcess[${WEDGE_STEPS * WEDGE_MATERIALS}];
uniform float wedgeNumber[${WEDGE_MATERIALS}];
out vec2 measured;

vec2 attenuation(ivec2 at) {
  vec2 level = max(vec2(texelFetch(counts, at, 0).rg), 0.5);
  return clamp(log(air / level), 0.0, maxAttenuation);
}

/** Beyond an edge the view goes on as in a mirror that does not repeat the edge. */
int mirrored(int at, int size) {
  int last = max(size - 1, 1);
  int folded = abs(at) % (2 * last);
  return min(folded > last ? 2 * last - folded : folded, size - 1);
}

float excessOf(int material, float depth) {
  int row = material * ${WEDGE_STEPS};
  float excess = wedgeExcess[row];
  for (int step = 0; step < ${WEDGE_STEPS - 1}; step++) {
    float share = clamp((depth - wedgeAttenuation[step]) / (wedgeAttenuation[step + 1] - wedgeAttenuation[step]), 0.0, 1.0);
    excess += share * (wedgeExcess[row + step + 1] - wedgeExcess[row + step]);
  }
  return excess;
}

float atomicNumber(float depth, float excess) {
  float number = wedgeNumber[0];
  float from = excessOf(0, depth);
  for (int material = 1; material < ${WEDGE_MATERIALS}; material++) {
    float to = excessOf(material, depth);
    number += clamp((excess - from) / (to - from), 0.0, 1.0) * (wedgeNumber[material] - wedgeNumber[material - 1]);
    from = to;
  }
  return number;
}

void main() {
  ivec2 at = ivec2(gl_FragCoord.xy);
  vec2 sharp = attenuation(at);
  if (!dual) {
    measured = vec2(sharp.r, 0.0);
    return;
  }
  ivec2 size = textureSize(counts, 0);
  vec2 smoothed = vec2(0.0);
  float total = 0.0;
  for (int y = -ratioReach; y <= ratioReach; y++) {
    for (int x = -ratioReach; x <= ratioReach; x++) {
      float weight = exp(-float(x * x + y * y) / (2.0 * ratioSigma * ratioSigma));
      smoothed += weight * attenuation(ivec2(mirrored(at.x + x, size.x), mirrored(at.y + y, size.y)));
      total += weight;
    }
  }
  smoothed /= total;
  float excess = clamp((smoothed.g / max(smoothed.r, minHigh) - 1.0) / separation, 0.0, maxExcess);
  float mean = (sharp.r + sharp.g) / 2.0;
  float depth = clamp(mean + sharpening * (mean - (smoothed.r + smoothed.g) / 2.0), 0.0, maxAttenuation);
  measured = vec2(depth, depth * atomicNumber(depth, excess));
}`;

const PLACING = `
uniform mat3 toView;
uniform mat3 toViewInLens;
/** Middle and radius, in pixels of the canvas; no lens where the radius is 0. */
uniform vec3 lens;
/** Pixels of the view that the texture holds, and how many of its own texels each takes. */
uniform vec2 covered;
uniform vec2 texels;
uniform float lod;
/** One texel on one pixel: shown as it is, not blended with its neighbours. */
uniform bool exact;
uniform float lodInLens;
uniform bool inverted;
out vec4 colour;
`;

const TOOLS = `
uniform float lodOfSurroundings;
uniform float maxDepth;
/** The density of what is not there: 0 of counts; scanners' own pictures may show air as a light grey. */
uniform float air;
uniform bool grey;
uniform float penetration;
uniform int strip;
uniform bool edges;
uniform bool local;
/** 1 / gamma: light to the power of it is density times it. */
uniform float softness;
uniform float level;
uniform float width;

float ramp(float value, vec2 ends) {
  return clamp((value - ends.x) / (ends.y - ends.x), 0.0, 1.0);
}

float densityAt(vec2 at, float lod);

/** The density of the surroundings, without the edges of the texels that hold it. */
float surroundings(vec2 at) {
  vec2 step = exp2(lodOfSurroundings) / texels;
  vec4 corners = vec4(-0.5, 0.5, -0.5, 0.5);
  return 0.25 * (densityAt(at + step * corners.xz, lodOfSurroundings) + densityAt(at + step * corners.yz, lodOfSurroundings)
    + densityAt(at + step * corners.xw, lodOfSurroundings) + densityAt(at + step * corners.yw, lodOfSurroundings));
}

float enhanced(float depth, vec2 at, float lod) {
  float seen = depth;
  if (local) {
    float around = max(surroundings(at) - air, 0.05);
    seen = air + 1.3 * log(1.0 + around) * pow(max(depth - air, 0.0) / around, 1.25);
  }
  if (edges) {
    vec2 step = 1.5 * exp2(lod) / texels;
    float around = 0.25 * (densityAt(at + step * vec2(-1, -1), lod) + densityAt(at + step * vec2(1, -1), lod)
      + densityAt(at + step * vec2(-1, 1), lod) + densityAt(at + step * vec2(1, 1), lod));
    seen += 2.0 * (depth - around);
  }
  float least = (level - width / 2.0) * maxDepth;
  return max((air + (seen - air) * penetration - least) / width, 0.0);
}
`;

const MAIN = `
void main() {
  bool inLens = distance(gl_FragCoord.xy, lens.xy) < lens.z;
  vec2 view = ((inLens ? toViewInLens : toView) * vec3(gl_FragCoord.xy, 1.0)).xy;
  if (any(lessThan(view, vec2(0.0))) || any(greaterThanEqual(view, covered))) {
    colour = vec4(0.0);
    return;
  }
  vec3 shown = shownAt(view / covered, inLens ? lodInLens : lod);
  colour = vec4(inverted ? 1.0 - shown : shown, 1.0);
}`;

/** What is stripped stays as a pale shade: where it lies can still be told. */
const STRIPPED = `
vec3 stripped(vec3 shown, float depth, float share) {
  return mix(shown, vec3((0.82 + 0.18 * exp(air - depth)) * exp(-air * softness)), share);
}
`;

/** Counts, as measured: density, and density times the effective atomic number. */
export const PRESENT_COUNTS = `${HEAD}
uniform sampler2D measured;
uniform bool dual;
uniform float airNoise;
uniform vec2 greyCurve;
uniform vec2 organicToMixed;
uniform vec2 mixedToMetal;
uniform vec3 organicDye;
uniform vec3 mixedDye;
uniform vec3 metalDye;
uniform vec2 dyeCurve;
uniform vec2 toMetal;
uniform vec2 toBlack;
${PLACING}${TOOLS}${STRIPPED}
float densityAt(vec2 at, float lod) {
  return textureLod(measured, at, lod).r;
}

vec3 shownAt(vec2 at, float lod) {
  vec2 here;
  if (exact) here = texelFetch(measured, ivec2(at * texels), 0).rg;
  else here = textureLod(measured, at, lod).rg;
  float depth = here.r;
  float seen = enhanced(depth, at, lod);
  float matter = max(seen - airNoise, 0.0);
  float number = here.g / max(depth, 1e-4);
  float mixed = ramp(number, organicToMixed);
  float dense = ramp(depth, toMetal);
  vec3 shown;
  if (dual && !grey) {
    float metal = max(ramp(number, mixedToMetal), dense);
    vec3 dye = mix(mix(organicDye, mixedDye, mixed), metalDye, metal);
    float left = 1.0 - ramp(seen, toBlack);
    shown = exp(-dyeCurve.x * softness * pow(matter, dyeCurve.y) * dye);
    if (left < 1.0) shown *= pow(left, softness);
  } else {
    shown = vec3(exp(-greyCurve.x * softness * pow(matter, greyCurve.y)));
  }
  if (dual && strip != 0) {
    // What is too dense to tell its material is never taken away.
    shown = stripped(shown, seen, (strip == 1 ? 1.0 - mixed : mixed) * (1.0 - dense));
  }
  // Where next to nothing came through, no tool brings out what is behind.
  float opaque = ramp(depth, vec2(0.88, 0.96) * maxDepth);
  if (opaque > 0.0) shown = mix(shown, min(shown, vec3(exp(-greyCurve.x * pow(depth, greyCurve.y)))), opaque);
  return shown;
}
${MAIN}`;

const SENT = `
uniform sampler2D picture;
${PLACING}
vec3 sentAt(vec2 at, float lod) {
  if (exact) return texelFetch(picture, ivec2(at * texels), 0).rgb;
  return textureLod(picture, at, lod).rgb;
}
`;

/** Such a picture while no tool changes its colours. Without a graphics card this takes a fraction of the time. */
export const PRESENT_AS_SENT = `${HEAD}${SENT}
vec3 shownAt(vec2 at, float lod) {
  return sentAt(at, lod);
}
${MAIN}`;

/** A picture that the scanner coloured: its hues tell materials apart, as far as they do. */
export const PRESENT_PICTURE = `${HEAD}${SENT}${TOOLS}${STRIPPED}
const vec3 LUMA = vec3(0.299, 0.587, 0.114);
const float DARKEST = 0.5 / 255.0;
/** Densities of about 18 to 12 and 12 to 8 of 255: hues end before the first, detail before the second. */
const vec2 DARK = vec2(2.65, 3.06);
const vec2 BLACK = vec2(3.06, 3.46);

float densityAt(vec2 at, float lod) {
  return -log(max(dot(textureLod(picture, at, lod).rgb, LUMA), DARKEST));
}

/** Degrees, and how far from grey: 0 to 1. */
vec2 hueOf(vec3 rgb) {
  float most = max(rgb.r, max(rgb.g, rgb.b));
  float spread = most - min(rgb.r, min(rgb.g, rgb.b));
  if (spread < 1e-4) return vec2(0.0);
  float sixth = most == rgb.r ? mod((rgb.g - rgb.b) / spread, 6.0)
    : most == rgb.g ? (rgb.b - rgb.r) / spread + 2.0 : (rgb.r - rgb.g) / spread + 4.0;
  return vec2(60.0 * sixth, spread / most);
}

vec3 shownAt(vec2 at, float lod) {
  vec3 sent = sentAt(at, lod);
  float depth = -log(max(dot(sent, LUMA), DARKEST));
  float seen = enhanced(depth, at, lod);
  vec3 shown = vec3(exp(-seen * softness));
  if (!grey) {
    // Its dyes are kept, and only how much of them is in the way changes.
    vec3 dye = depth > 1e-3 ? -log(max(sent, DARKEST)) / depth : vec3(1.0);
    shown = exp(-dye * seen * softness);
  }
  if (strip != 0) {
    // Hues are noisier than densities, and JPEG keeps fewer of them.
    vec2 hue = hueOf(textureLod(picture, at, lod + 2.0).rgb);
    float known = ramp(hue.y, vec2(0.06, 0.16)) * (1.0 - ramp(depth, DARK));
    float green = ramp(hue.x, vec2(62.0, 78.0));
    float organic = ramp(hue.x, vec2(8.0, 18.0)) * (1.0 - green);
    float inorganic = green * (1.0 - ramp(hue.x, vec2(275.0, 300.0)));
    shown = stripped(shown, seen, known * (strip == 1 ? organic : inorganic));
  }
  // Black holds no detail that a brighter screen would bring out.
  return mix(shown, min(shown, sent), ramp(depth, BLACK));
}
${MAIN}`;
