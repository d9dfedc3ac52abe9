/** The little of WebGL2 that the viewer needs, with errors that say what failed. */

/** Names as the program has them; a number for float and int, numbers for vectors, matrices and arrays. */
export type Uniforms = Readonly<Record<string, number | boolean | readonly number[]>>;

const SETTERS: Readonly<Record<number, (gl: WebGL2RenderingContext, at: WebGLUniformLocation, value: Float32Array) => void>> = {
  [0x1406]: (gl, at, value) => gl.uniform1fv(at, value),
  [0x8b50]: (gl, at, value) => gl.uniform2fv(at, value),
  [0x8b51]: (gl, at, value) => gl.uniform3fv(at, value),
  [0x8b5b]: (gl, at, value) => gl.uniformMatrix3fv(at, false, value),
  [0x1404]: (gl, at, value) => gl.uniform1iv(at, Int32Array.from(value)),
  [0x8b56]: (gl, at, value) => gl.uniform1iv(at, Int32Array.from(value)),
  [0x8b5e]: (gl, at, value) => gl.uniform1iv(at, Int32Array.from(value)),
  [0x8dd2]: (gl, at, value) => gl.uniform1iv(at, Int32Array.from(value)),
};

/** A linked program that is told its uniforms by name. */
export class Program {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: WebGLProgram;
  readonly #uniforms = new Map<string, { at: WebGLUniformLocation; type: number }>();

  /** Throws an `Error` with the compiler's words. */
  constructor(gl: WebGL2RenderingContext, vertex: string, fragment: string) {
    this.#gl = gl;
    this.#program = gl.createProgram();
    for (const [type, source] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]] as const) {
      const shader = gl.createShader(type);
      if (shader === null) throw new Error('WebGL: the context is lost');
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) {
        throw new Error(`WebGL: a shader does not compile: ${gl.getShaderInfoLog(shader)}`);
      }
      gl.attachShader(this.#program, shader);
      gl.deleteShader(shader);
    }
    gl.linkProgram(this.#program);
    if (!gl.getProgramParameter(this.#program, gl.LINK_STATUS)) {
      throw new Error(`WebGL: a program does not link: ${gl.getProgramInfoLog(this.#program)}`);
    }
    const count = gl.getProgramParameter(this.#program, gl.ACTIVE_UNIFORMS) as number;
    for (let index = 0; index < count; index++) {
      const found = gl.getActiveUniform(this.#program, index);
      const at = found && gl.getUniformLocation(this.#program, found.name);
      if (found && at) this.#uniforms.set(found.name.replace('[0]', ''), { at, type: found.type });
    }
  }

  /** Draw over all of the viewport. Every uniform of the program must be given. */
  cover(uniforms: Uniforms): void {
    const gl = this.#gl;
    gl.useProgram(this.#program);
    for (const [name, { at, type }] of this.#uniforms) {
      const value = uniforms[name];
      const set = SETTERS[type];
      if (value === undefined || set === undefined) throw new Error(`WebGL: uniform ${name} was not given`);
      set(gl, at, Float32Array.from(Array.isArray(value) ? (value as readonly number[]) : [Number(value)]));
    }
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }
}
