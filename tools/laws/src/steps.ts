// Counts work without a clock. Each entry of a function and each turn of a loop is one step, written
// into the code itself, and built-ins that move or search many elements count them
// (counted-intrinsics). The count is exact, the same on every machine and in every run.
//
// Not seen: comparing long strings, spreading, and what a regular expression does inside. The timed
// run (exponent.mjs) sees those.

import ts from "typescript";

/** The same program, with a global `countedSteps` that it counts in. */
export function withCountedSteps(program: string): string {
  const source = ts.createSourceFile("bundle.js", program, ts.ScriptTarget.ES2022, true);
  const { transformed } = ts.transform(source, [counting]);
  const [counted] = transformed;
  if (counted === undefined) throw new Error("the program was not transformed");
  return `let countedSteps = 0;\n${ts.createPrinter().printFile(counted)}`;
}

function counting(context: ts.TransformationContext): ts.Transformer<ts.SourceFile> {
  const { factory } = context;
  const step = (): ts.Expression =>
    factory.createPostfixIncrement(factory.createIdentifier("countedSteps"));

  const counted = (block: ts.Block): ts.Block => {
    const prologue = block.statements.findIndex((statement) => !isDirective(statement));
    const first = prologue === -1 ? block.statements.length : prologue;
    return factory.updateBlock(block, [
      ...block.statements.slice(0, first),
      factory.createExpressionStatement(step()),
      ...block.statements.slice(first),
    ]);
  };
  const countedBody = (body: ts.Statement): ts.Block =>
    ts.isBlock(body)
      ? counted(body)
      : factory.createBlock([factory.createExpressionStatement(step()), body]);

  const visit = (node: ts.Node): ts.Node => {
    const inner = ts.visitEachChild(node, visit, context);
    if (ts.isForStatement(inner)) {
      const { initializer, condition, incrementor, statement } = inner;
      return factory.updateForStatement(
        inner,
        initializer,
        condition,
        incrementor,
        countedBody(statement),
      );
    }
    if (ts.isForOfStatement(inner)) {
      const { awaitModifier, initializer, expression, statement } = inner;
      return factory.updateForOfStatement(
        inner,
        awaitModifier,
        initializer,
        expression,
        countedBody(statement),
      );
    }
    if (ts.isForInStatement(inner))
      return factory.updateForInStatement(
        inner,
        inner.initializer,
        inner.expression,
        countedBody(inner.statement),
      );
    if (ts.isWhileStatement(inner))
      return factory.updateWhileStatement(inner, inner.expression, countedBody(inner.statement));
    if (ts.isDoStatement(inner))
      return factory.updateDoStatement(inner, countedBody(inner.statement), inner.expression);
    if (ts.isArrowFunction(inner) && !ts.isBlock(inner.body)) {
      const { modifiers, typeParameters, parameters, type, equalsGreaterThanToken, body } = inner;
      const both = factory.createParenthesizedExpression(factory.createComma(step(), body));
      return factory.updateArrowFunction(
        inner,
        modifiers,
        typeParameters,
        parameters,
        type,
        equalsGreaterThanToken,
        both,
      );
    }
    return ts.isBlock(inner) && isFunctionBody(node) ? counted(inner) : inner;
  };
  return (file) => ts.visitEachChild(file, visit, context);
}

/** Whether the node, as it stood in the program, is the body of a function. */
function isFunctionBody(node: ts.Node): boolean {
  const parent = node.parent as ts.Node | undefined;
  return (
    parent !== undefined && ts.isFunctionLike(parent) && "body" in parent && parent.body === node
  );
}

function isDirective(statement: ts.Statement): boolean {
  return ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression);
}
