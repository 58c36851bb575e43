import type { Reporter, TestCase, TestError, TestResult } from "@playwright/test/reporter";

/** Prints what a bench prints and why it failed, and nothing after it: its last line is for programs. */
export default class ResultReporter implements Reporter {
  onStdOut(text: string | Buffer): void {
    process.stdout.write(text);
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    for (const error of result.errors)
      process.stderr.write(`${test.title}: ${error.message ?? error.value}\n`);
  }

  onError(error: TestError): void {
    process.stderr.write(`${error.message ?? error.value}\n`);
  }

  printsToStdio(): boolean {
    return true;
  }
}
