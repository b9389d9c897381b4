import path from 'node:path';
import ts from 'typescript';

/** An error that a route can end in. */
export interface ReachedRefusal {
  code: string;
  /** Those that the class can have: one, mostly. */
  kinds: string[];
  /** Names of its class and of those that it extends. */
  classes: string[];
}

/** By class, code and kinds. */
type Refusals = ReadonlyMap<string, ReachedRefusal>;

/** What a piece of source mentions itself. */
interface Mentions {
  refusals: Map<string, ReachedRefusal>;
  /** Functions, methods and values that it leads to. */
  next: Set<ts.Node>;
  /** What is tried in it, with the class whose errors stay inside, and the codes that do not. */
  tried: { block: ts.Node; kept: string; passed: readonly string[] }[];
}

/** These make another answer of what the functions throw that they are given, but for these codes. */
const answeringOtherwise: Partial<Record<string, readonly string[]>> = {
  inTurn: [],
  itemErrorOf: [],
  'this.redirects.send': ['not-found'],
};

/** Guards that leave the work to a strategy of Passport. */
const strategies: Partial<Record<string, string>> = { LocalGuard: 'LocalStrategy' };

/** Methods of guards, pipes and interceptors. */
const aroundMethods = ['canActivate', 'transform', 'intercept'];

/**
 * Finds the refusals that a method can end in: follows all that its source mentions, into other classes and files, and notes each
 * class below `DomainError` that is made on the way. It rather finds too much than too little, for it does not know which way a
 * condition goes.
 */
export class RefusalReach {
  private readonly checker: ts.TypeChecker;
  private readonly heirs = new Map<ts.Symbol, ts.ClassLikeDeclaration[]>();
  private readonly classes = new Map<string, ts.ClassLikeDeclaration>();
  /** What listeners are given to whoever keeps them in a list, by the list. */
  private readonly listeners = new Map<ts.Symbol, ts.Node[]>();
  private readonly known = new Map<ts.Node, Mentions>();
  private readonly underWay = new Set<ts.Node>();

  /** @param folder of the source, beyond which nothing is followed */
  constructor(
    program: ts.Program,
    private readonly folder: string,
  ) {
    this.checker = program.getTypeChecker();
    const files = program.getSourceFiles().filter((file) => this.isOurs(file));
    const lists = new Map<ts.Symbol, ts.Symbol>();
    for (const file of files) this.findClasses(file, lists);
    const names = new Set([...lists.keys()].map(({ name }) => name));
    for (const file of files) this.findListeners(file, { lists, names });
  }

  from(start: ts.Node): ReachedRefusal[] {
    return [...this.reached(start).values()];
  }

  isOurs(node: ts.Node): boolean {
    const file = node.getSourceFile();
    return !file.isDeclarationFile && file.fileName.startsWith(this.folder + path.posix.sep);
  }

  private reached(start: ts.Node): Refusals {
    const found = new Map<string, ReachedRefusal>();
    if (this.underWay.has(start)) return found;
    this.underWay.add(start);
    const seen = new Set([start]);
    for (const node of seen) {
      const { refusals, next, tried } = this.mentionsIn(node);
      for (const [key, refusal] of refusals) found.set(key, refusal);
      for (const each of next) seen.add(each);
      for (const { block, kept, passed } of tried) {
        const further = [...this.reached(block)].filter(
          ([, { code, classes }]) => passed.includes(code) || !classes.includes(kept),
        );
        for (const [key, refusal] of further) found.set(key, refusal);
      }
    }
    this.underWay.delete(start);
    return found;
  }

  private mentionsIn(start: ts.Node): Mentions {
    const had = this.known.get(start);
    if (had) return had;
    const mentions: Mentions = { refusals: new Map(), next: new Set(), tried: [] };
    this.known.set(start, mentions);
    const visit = (node: ts.Node): void => {
      if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
      const tried = node === start ? undefined : triedIn(node);
      if (tried) mentions.tried.push(tried);
      else if (ts.isDecorator(node)) for (const each of this.declaredBy(node)) mentions.next.add(each);
      else {
        if (ts.isNewExpression(node)) this.noteMade(node, mentions);
        if (ts.isIdentifier(node)) for (const each of this.leadsTo(node)) mentions.next.add(each);
        ts.forEachChild(node, visit);
      }
    };
    visit(start);
    return mentions;
  }

  /** What runs before and after a method because a decorator names its class. */
  declaredBy(decorator: ts.Node): ts.Node[] {
    const found: ts.Node[] = [];
    const visit = (node: ts.Node): void => {
      const declarations = ts.isIdentifier(node) ? (this.symbolAt(node)?.declarations ?? []) : [];
      for (const declaration of declarations.filter((each) => this.isOurs(each))) {
        if (ts.isClassLike(declaration)) found.push(...this.aroundIn(declaration));
        else if (ts.isVariableDeclaration(declaration))
          found.push(...this.sourceOf(declaration).flatMap((each) => this.declaredBy(each)));
      }
      ts.forEachChild(node, visit);
    };
    visit(decorator);
    return found;
  }

  private aroundIn(holder: ts.ClassLikeDeclaration): ts.Node[] {
    const strategy = this.classes.get(strategies[nameOf(holder)] ?? '');
    return [
      ...aroundMethods.flatMap((name) => membersOf(holder, name)),
      ...(strategy ? membersOf(strategy, 'validate') : []),
    ];
  }

  private noteMade(node: ts.NewExpression, { refusals, next }: Mentions): void {
    for (const type of alternatives(this.checker.getTypeAtLocation(node))) {
      const made = type.getSymbol()?.declarations?.find((each) => ts.isClassLike(each));
      if (!made || !this.isOurs(made)) continue;
      const constructor = made.members.find((member) => ts.isConstructorDeclaration(member));
      if (constructor) next.add(constructor);
      const classes = classNames(type);
      if (!classes.includes('DomainError')) continue;
      const kinds = this.chosen(type, 'kind', node);
      for (const code of this.chosen(type, 'code', node))
        refusals.set([classes[0], code, ...kinds].join(), { code, kinds, classes });
    }
  }

  /** The texts that a property of a new error can have: those that the constructor is given, where it is given some. */
  private chosen(type: ts.Type, name: string, node: ts.NewExpression): string[] {
    const all = this.textsOf(type, name, node);
    if (all.length < 2) return all;
    const given = (node.arguments ?? []).map((argument) => {
      const argumentType = this.checker.getTypeAtLocation(argument);
      const own = literalsIn(argumentType);
      return own.length > 0 ? own : this.textsOf(argumentType, name, argument);
    });
    return given.find((texts) => texts.length > 0 && texts.every((each) => all.includes(each))) ?? all;
  }

  /** The texts that a property can have, by its type, or else by its declaration. */
  private textsOf(type: ts.Type, name: string, at: ts.Node): string[] {
    const property = type.getProperty(name);
    if (!property) return [];
    const texts = literalsIn(this.checker.getTypeOfSymbolAtLocation(property, at));
    const declared = property.valueDeclaration;
    const initializer = declared && ts.isPropertyDeclaration(declared) ? declared.initializer : undefined;
    return texts.length === 0 && initializer && ts.isStringLiteral(initializer) ? [initializer.text] : texts;
  }

  private leadsTo(node: ts.Identifier): ts.Node[] {
    const symbol = this.symbolAt(node);
    if (!symbol) return [];
    const declarations = (symbol.declarations ?? []).filter((each) => this.isOurs(each));
    return [...declarations.flatMap((each) => this.sourceOf(each)), ...(this.listeners.get(symbol) ?? [])];
  }

  private sourceOf(declaration: ts.Declaration): ts.Node[] {
    if (ts.isFunctionDeclaration(declaration)) return [declaration];
    if (ts.isPropertyAssignment(declaration)) return [declaration.initializer];
    if (ts.isVariableDeclaration(declaration)) {
      const isOfModule = ts.isSourceFile(declaration.parent.parent.parent);
      return isOfModule && declaration.initializer ? [declaration.initializer] : [];
    }
    const holder = declaration.parent;
    if (ts.isInterfaceDeclaration(holder)) return this.inHeirs(holder, nameOf(declaration));
    if (!ts.isClassLike(holder) || ts.isConstructorDeclaration(declaration)) return [];
    return [...membersOf(holder, nameOf(declaration)), ...this.inHeirs(holder, nameOf(declaration))];
  }

  /** What a class or an interface leaves to those that extend it. */
  private inHeirs(holder: ts.ClassLikeDeclaration | ts.InterfaceDeclaration, name: string): ts.Node[] {
    const symbol = holder.name && this.checker.getSymbolAtLocation(holder.name);
    const heirs = symbol ? (this.heirs.get(symbol) ?? []) : [];
    return heirs.flatMap((heir) => [...membersOf(heir, name), ...this.inHeirs(heir, name)]);
  }

  /** @param lists to fill: of each method that adds to a list of its class, which one */
  private findClasses(node: ts.Node, lists: Map<ts.Symbol, ts.Symbol>): void {
    if (ts.isClassLike(node)) {
      this.classes.set(nameOf(node), node);
      for (const { expression } of (node.heritageClauses ?? []).flatMap(({ types }) => types)) {
        const symbol = this.symbolAt(expression);
        if (symbol) this.heirs.set(symbol, [...(this.heirs.get(symbol) ?? []), node]);
      }
      for (const method of node.members.filter((member) => ts.isMethodDeclaration(member))) {
        const [, name] = /^\s*this\.(\w+)\.push\(\w+\);$/m.exec(method.body?.getText() ?? '') ?? [];
        const list = node.members.find((member) => nameOf(member) === name);
        const [from, to] = [method, list].map((each) => each?.name && this.checker.getSymbolAtLocation(each.name));
        if (from && to) lists.set(from, to);
      }
    }
    ts.forEachChild(node, (inner) => {
      this.findClasses(inner, lists);
    });
  }

  private findListeners(
    node: ts.Node,
    adding: { lists: ReadonlyMap<ts.Symbol, ts.Symbol>; names: ReadonlySet<string> },
  ): void {
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      adding.names.has(node.expression.name.text)
    ) {
      const method = this.symbolAt(node.expression.name);
      const list = method && adding.lists.get(method);
      if (list) this.listeners.set(list, [...(this.listeners.get(list) ?? []), ...node.arguments]);
    }
    ts.forEachChild(node, (inner) => {
      this.findListeners(inner, adding);
    });
  }

  private symbolAt(node: ts.Node): ts.Symbol | undefined {
    const symbol = this.checker.getSymbolAtLocation(node);
    return symbol && symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }
}

function nameOf({ name }: ts.NamedDeclaration): string {
  return name?.getText() ?? '';
}

/** The method, or what is put into the property. */
function membersOf(holder: ts.ClassLikeDeclaration, name: string): ts.Node[] {
  return holder.members.flatMap((member) => {
    if (ts.isConstructorDeclaration(member)) return assignedTo(name, member);
    if (nameOf(member) !== name) return [];
    if (ts.isPropertyDeclaration(member)) return member.initializer ? [member.initializer] : [];
    return [member];
  });
}

function assignedTo(property: string, within: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    const isAssignment = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
    if (isAssignment && node.left.getText() === `this.${property}`) found.push(node.right);
    ts.forEachChild(node, visit);
  };
  visit(within);
  return found;
}

/** Whether a node stands where what it throws is kept. */
function triedIn(node: ts.Node): Mentions['tried'][number] | undefined {
  const { parent } = node;
  if (ts.isTryStatement(parent) && parent.tryBlock === node && parent.catchClause) {
    const kept = keptBy(parent.catchClause);
    return kept === undefined ? undefined : { block: node, kept, passed: [] };
  }
  const isArgument = ts.isCallExpression(parent) && parent.expression !== node;
  const passed = isArgument ? answeringOtherwise[parent.expression.getText()] : undefined;
  return passed && { block: node, kept: 'DomainError', passed };
}

/** @returns the class whose errors go no further; undefined: any may */
function keptBy({ block, variableDeclaration }: ts.CatchClause): string | undefined {
  const text = block.getText();
  const caught = variableDeclaration?.name.getText();
  const [all = '', others, rest = ''] = /!\(\w+ instanceof (\w+)\)\) throw \w+;([^]*)/.exec(text) ?? [];
  if (all !== '') return rest.includes(`throw ${caught};`) ? undefined : others;
  const mayThrow = /\bthrow\b/.test(text) || (caught !== undefined && handedOn(caught).test(text));
  return mayThrow ? undefined : 'DomainError';
}

/** To a method, which may throw it again. */
function handedOn(caught: string): RegExp {
  return new RegExp(`\\bthis\\.[\\w.]+\\([^)]*\\b${caught}\\b`);
}

function alternatives(type: ts.Type): ts.Type[] {
  return type.isUnion() ? type.types : [type];
}

function literalsIn(type: ts.Type): string[] {
  return alternatives(type).flatMap((each) => (each.isStringLiteral() ? [each.value] : []));
}

function classNames(type: ts.Type): string[] {
  return [type.getSymbol()?.name ?? '', ...(type.getBaseTypes() ?? []).flatMap(classNames)];
}
