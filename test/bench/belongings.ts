type LetGo = () => Promise<unknown>;

/** Whatever was started and must be stopped, the last first, however the benchmark ends. */
export class Belongings {
  private readonly held: LetGo[] = [];

  keep(letGo: LetGo): void {
    this.held.push(letGo);
  }

  async letAllGo(): Promise<void> {
    for (let letGo = this.held.pop(); letGo; letGo = this.held.pop()) {
      try {
        await letGo();
      } catch (error) {
        console.error('something did not stop:', error);
      }
    }
  }
}
