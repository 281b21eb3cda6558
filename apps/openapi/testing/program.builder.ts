import ts from 'typescript';

/** A program of these files and nothing else, checked as strictly as ours. */
export function programOf(files: Readonly<Record<string, string>>): ts.Program {
  const options: ts.CompilerOptions = {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    experimentalDecorators: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const over: ts.CompilerHost = {
    ...host,
    fileExists: (name) => name in files || host.fileExists(name),
    readFile: (name) => files[name] ?? host.readFile(name),
    getSourceFile: (name, version, ...rest) => {
      const text = files[name];
      if (text === undefined) return host.getSourceFile(name, version, ...rest);
      return ts.createSourceFile(name, text, version, true);
    },
  };
  return ts.createProgram({ rootNames: Object.keys(files), options, host: over });
}
