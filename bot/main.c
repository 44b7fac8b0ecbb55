/* usher: customer onboarding in Slack, from a closed deal to first value. */
#include "bot/cli.h"

int main(int argc, char **argv)
{
    return cli_main(argc, argv);
}
