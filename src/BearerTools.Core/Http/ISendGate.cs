namespace BearerTools.Http;

/// <summary>
/// Admits the messages of one input until the run ends. Whatever ends it, nothing new is sent then, and a message that may change
/// something is not cut off at once.
/// </summary>
internal interface ISendGate
{
    /// <summary>Called before each message.</summary>
    /// <param name="mayModify">True if the message may change something at the server.</param>
    /// <exception cref="RunEndedException">The run has ended.</exception>
    void Enter(bool mayModify);

    /// <summary>Called before each wait between messages: no message is in progress.</summary>
    void Rest();
}

/// <summary>A message is not sent because the run has ended. It is a cancellation: no error is written for it.</summary>
internal sealed class RunEndedException() : OperationCanceledException("The run has ended.");
