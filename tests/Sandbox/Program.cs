using BearerTools.Sandbox.CommandLine;

if (Arguments.TryParse(args, out var problem) is not { } arguments)
{
    Console.Error.WriteLine(problem);
    Console.Error.WriteLine(Arguments.Usage);
    return 2;
}

try
{
    await Serve.RunAsync(arguments);
    return 0;
}
catch (IOException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
